/** The sentences of the code page. It works without a server, so it carries both languages; a test holds them equal. */

import { ahead, localTime, dayOf } from "../device/calendar";

export type Language = "zh" | "en";

const zh = {
  title: "一码通 · 电子码",
  brand: "一码通",
  page: "电子码",
  skip: "跳到电子码",
  language: "语言",
  settings: "设置",
  close: "关闭",
  people: "本机上的人",
  person: "第{place}人",
  me: "本人",
  dependant: "家人",
  addPerson: "添加家人",
  loading: "正在打开电子码……",

  validUntil: "有效至",
  renews: "到时自动更新",
  offlineUntil: "没有网络也可出示至",
  noNetwork: "没有网络，仍可出示",
  together: "请与本人身份证件一并出示",
  documentTail: "证件尾号",
  word: "核对词",
  wordWhy: "扫码员的屏幕上应显示同一个词；不同则不要出示。",
  permit: "特别通行证",
  clockNow: "现在时间",
  look: "查看",
  gotIt: "知道了",
  brightness: "扫不出来？把屏幕调到最亮，擦净屏幕。",
  qrLabel: "{name}的{colour}二维码，每12秒更新一次",
  training: "演练",

  unknown: "未知",
  staleWord: "需要联网",
  staleSays: "本机保存的通行码已用完（至{since}）。联网一次即可恢复，不影响您的颜色。",
  earlyWord: "时间不对",
  earlySays: "本机保存的码从{from}起才有效。请核对手机的日期和时间，或联网一次。",
  waitingWord: "尚无码",
  waitingSays: "本机还没有收到电子码。请联网后稍候。",
  renewingWord: "正在更新",
  renewingSays: "您的码有变化，原来的码已失效，正在取新码。如没有网络，联网一次即可。",
  confirmed: "名单截至{at}",
  notJudgedWord: "等待研判",
  notJudgedSays: "申报已收到，还没有研判结果；最迟次日给出。没有研判，就没有颜色。",
  movedWord: "已换手机",
  movedSays: "这个人的电子码已移到另一部手机，本机的码已失效。要换回本机，请重新登录，两分钟内可完成。",
  endedWord: "已解绑",
  endedSays: "这个人已不在本机上。要重新使用，请登录后再绑定，两分钟内可完成。",
  neverRed: "灰色不是红码：它只表示这部手机现在不能证明颜色。",

  noStore: "这个浏览器不能保存电子码（可能是无痕模式）。请换用普通窗口或其他浏览器；也可办纸质通行证，效力相同。",
  paperWhere: "查发证点：在哪里、何时开、要等多久",
  connect: "联网更新",
  connecting: "正在更新……",
  connectFailed: "还没有连上，会自动再试。",
  signIn: "登录",
  signInAgain: "重新登录",
  bindAgain: "绑定到本机",
  welcomeWord: "本机还没有码",
  welcomeSays: "登录后，把您和家人的码放到这部手机上。之后没有网络也能出示。",
  welcomeOffline: "现在没有网络。第一次使用需要联网登录。",
  chooseTitle: "把谁的码放到这部手机上？",
  chooseSays: "一个人的码只在一部手机上。移到本机后，您另一部手机上的码随即失效。",
  putHere: "放到本机",
  moveHere: "移到本机",
  putting: "正在绑定……",
  bindFailed: "没有绑定成功：{why}",
  desk: "发证点给的绑定码",
  deskSays: "在发证点核验证件后，会给您一个十位的绑定码。",
  deskBind: "用绑定码绑定",
  nobody: "您还没有申报。申报并研判之后，码会出现在这里。",
  declare: "去申报",
  family: "添加没有列出的家人",
  back: "返回",
  onThisPhone: "已在本机",
  elsewhere: "在另一部手机上",

  clockSlow: "这部手机的时间慢了约{minutes}分钟。码已按正确时间出示，请校准手机。",
  clockFast: "这部手机的时间快了约{minutes}分钟。码已按正确时间出示，请校准手机。",
  clockUnsure: "手机的时间被改动过。请联网一次，以核对时间。",

  why: "颜色的原因",
  paperTitle: "也可以用纸质通行证",
  paperSays: "申领电子码是自愿的。到村（社区）、单位或卡点的发证点可办纸质通行证，效力相同。",

  bigger: "大字模式",
  biggerSays: "字放大一倍，一屏一事",
  sound: "声音",
  soundSays: "打开码时响一声",
  vibration: "振动",
  vibrationSays: "打开码时振动",
  readAloud: "朗读",
  more: "更多",
  forget: "从本机删除全部",
  forgetSays: "删除本机上所有人的码和密钥。登录后可以再绑定。",
  forgetSure: "确定删除本机上的全部码？",
  yesForget: "删除",
  no: "不删除",
  remove: "从本机移除",
  about: "关于本机",
  aboutDays: "已存通行码",
  aboutDaysValue: "至{until}",
  aboutClock: "手机时间误差",
  aboutClockValue: "{seconds}秒",
  aboutChecked: "上次联网",
  never: "还没有",
  privacy: "二维码里没有原因、检测或症状。出示不联网，谁也不会知道您在哪里出示。",
} as const;

export type Name = keyof typeof zh;

const en: Record<Name, string> = {
  title: "One-code pass · e-code",
  brand: "e-code",
  page: "",
  skip: "Skip to the e-code",
  language: "Language",
  settings: "Settings",
  close: "Close",
  people: "People on this phone",
  person: "Person {place}",
  me: "Me",
  dependant: "Family",
  addPerson: "Add family",
  loading: "Opening the e-code…",

  validUntil: "Valid until",
  renews: "renews by itself",
  offlineUntil: "Works without a network until",
  noNetwork: "No network: it can be shown all the same",
  together: "Show it together with your ID document",
  documentTail: "ID ends in",
  word: "Check word",
  wordWhy: "The scanner's screen must show the same word. If it does not, do not show your code.",
  permit: "Special permit",
  clockNow: "Time now",
  look: "See it",
  gotIt: "Got it",
  brightness: "Not scanning? Turn the screen to its brightest and wipe it.",
  qrLabel: "QR code of {name}, {colour}; it renews every 12 seconds",
  training: "Exercise",

  unknown: "Unknown",
  staleWord: "Connect once",
  staleSays: "The passes on this phone have run out (at {since}). Connect once and they are back. Your colour is not affected.",
  earlyWord: "Wrong time",
  earlySays: "The passes on this phone begin at {from}. Check the phone's date and time, or connect once.",
  waitingWord: "No code yet",
  waitingSays: "No pass has reached this phone yet. Connect and wait a moment.",
  renewingWord: "Updating",
  renewingSays: "Your code has changed. The old one is void and the new one is on its way. If there is no network, connect once.",
  confirmed: "Last checked {at}",
  notJudgedWord: "Not judged yet",
  notJudgedSays: "Your declaration has arrived and has not been judged; that takes until the next day at most. Nobody has a colour before.",
  movedWord: "On another phone",
  movedSays: "This person's e-code has moved to another phone; the code on this one is void. To bring it back, sign in again: it takes under two minutes.",
  endedWord: "Not bound",
  endedSays: "This person is no longer on this phone. To use it again, sign in and bind it: it takes under two minutes.",
  neverRed: "Grey is not red: it only says that this phone cannot prove a colour now.",

  noStore: "This browser cannot keep an e-code (a private window, perhaps). Use an ordinary window or another browser; a paper pass does the same.",
  connect: "Connect and renew",
  connecting: "Renewing…",
  connectFailed: "No connection yet; it tries again by itself.",
  signIn: "Sign in",
  signInAgain: "Sign in again",
  bindAgain: "Bind to this phone",
  welcomeWord: "No code on this phone",
  welcomeSays: "Sign in, then put your code and your family's on this phone. After that it works without a network.",
  welcomeOffline: "There is no network now. The first time needs one, to sign in.",
  chooseTitle: "Whose code goes on this phone?",
  chooseSays: "A person's code is on one phone. Once it is moved here, the code on your other phone is void.",
  putHere: "Put here",
  moveHere: "Move here",
  putting: "Binding…",
  bindFailed: "It was not bound: {why}",
  desk: "Binding code of an issuing point",
  deskSays: "After seeing your document an issuing point gives you ten signs.",
  deskBind: "Bind with the code",
  nobody: "You have not declared yet. Once you have and are judged, your code appears here.",
  declare: "Declare",
  family: "Add family who are not listed",
  back: "Back",
  onThisPhone: "on this phone",
  elsewhere: "on another phone",

  clockSlow: "This phone's clock is about {minutes} min slow. The code shows the right time; please set the phone.",
  clockFast: "This phone's clock is about {minutes} min fast. The code shows the right time; please set the phone.",
  clockUnsure: "This phone's clock was changed. Connect once, so that the time can be checked.",

  why: "Why this colour",
  paperTitle: "A paper pass does the same",
  paperSays: "The e-code is voluntary. Issuing points in villages, neighbourhoods, companies and at checkpoints give a paper pass of equal effect.",
  paperWhere: "Where to get one, when, and how long one waits",

  bigger: "Large print",
  biggerSays: "Letters twice as large, one thing a screen",
  sound: "Sound",
  soundSays: "A tone when the code opens",
  vibration: "Vibration",
  vibrationSays: "A buzz when the code opens",
  readAloud: "Read aloud",
  more: "More",
  forget: "Delete everything from this phone",
  forgetSays: "Deletes the codes and keys of everybody on this phone. You can sign in and bind them again.",
  forgetSure: "Delete all codes from this phone?",
  yesForget: "Delete",
  no: "Keep",
  remove: "Remove from this phone",
  about: "About this phone",
  aboutDays: "Passes stored",
  aboutDaysValue: "until {until}",
  aboutClock: "Clock error",
  aboutClockValue: "{seconds} s",
  aboutChecked: "Last connected",
  never: "not yet",
  privacy: "The QR code holds no reason, no test and no symptom. Showing it sends nothing, so nobody learns where you show it.",
};

export const TEXTS: Record<Language, Record<Name, string>> = { zh, en };

/** A sentence with its gaps filled. */
export function say(language: Language, name: Name, gaps: Readonly<Record<string, string | number>> = {}): string {
  return TEXTS[language][name].replace(/\{(\w+)\}/g, (whole, gap: string) => String(gaps[gap] ?? whole));
}

/** `14:05:09` of city time (ms). */
export const clockTime = (at: number): string => localTime(at / 1000).slice(11, 19);

/** A day and a time for people: "2月15日 18:00", "15 Feb, 18:00". The end of a day is said as 24:00 of that day. */
export function moment(language: Language, at: number): string {
  const midnight = (at + ahead * 1000) % 86_400_000 === 0;
  const day = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
    timeZone: "UTC",
    month: language === "zh" ? "long" : "short",
    day: "numeric",
  }).format((midnight ? at - 1 : at) + ahead * 1000);
  const hour = midnight ? "24:00" : clockTime(at).slice(0, 5);
  return language === "zh" ? `${day} ${hour}` : `${day}, ${hour}`;
}

/** `10:32` of the same day, and a day with its time of an earlier one (ms of city time). */
export function lately(language: Language, at: number, now: number): string {
  const isToday = dayOf(at / 1000) === dayOf(now / 1000);
  return isToday ? clockTime(at).slice(0, 5) : moment(language, at);
}

/** "2月15日周六", "Sat, 15 Feb" of city time (ms). */
export function dayInWords(language: Language, at: number): string {
  return new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
    timeZone: "UTC",
    month: language === "zh" ? "long" : "short",
    day: "numeric",
    weekday: "short",
  }).format(at + ahead * 1000);
}

/** The sentences of the code page. It works without a server, in every language. */

import { ahead, dayOf, localTime } from "../device/calendar";
import { _, _p, inEach, type Language, sayer } from "../device/messages";
import { regional } from "../device/speaking";

export { type Language, told } from "../device/messages";

/** A gap is in braces. */
export const TEXTS = {
  title: _("One-code pass · e-code"),
  /** The product, and behind a line the page where its name is not in that. */
  brand: _p("brand", "e-code"),
  skip: _("Skip to the e-code"),
  language: _("Language"),
  settings: _("Settings"),
  close: _("Close"),
  people: _("People on this phone"),
  person: _("Person {place}"),
  me: _("Me"),
  dependant: _("Family"),
  addPerson: _("Add family"),
  loading: _("Opening the e-code…"),

  validUntil: _p("code", "Valid until"),
  renews: _("renews by itself"),
  offlineUntil: _("Works without a network until"),
  noNetwork: _("No network: it can be shown all the same"),
  together: _("Show it together with your ID document"),
  documentTail: _("ID ends in"),
  word: _("Check word"),
  wordWhy: _("The scanner's screen must show the same word. If it does not, do not show your code."),
  permit: _("Special permit"),
  clockNow: _("Time now"),
  look: _("See it"),
  gotIt: _("Got it"),
  brightness: _("Not scanning? Turn the screen to its brightest and wipe it."),
  qrLabel: _("QR code of {name}, {colour}; it renews every 12 seconds"),
  training: _("Exercise"),

  unknown: _("Unknown"),
  staleWord: _("Connect once"),
  staleSays: _("The passes on this phone have run out (at {since}). Connect once and they are back. Your colour is not affected."),
  earlyWord: _("Wrong time"),
  earlySays: _("The passes on this phone begin at {from}. Check the phone's date and time, or connect once."),
  waitingWord: _("No code yet"),
  waitingSays: _("No pass has reached this phone yet. Connect and wait a moment."),
  renewingWord: _("Updating"),
  renewingSays: _("Your code has changed. The old one is void and the new one is on its way. If there is no network, connect once."),
  confirmed: _("Last checked {at}"),
  notJudgedWord: _("Not judged yet"),
  notJudgedSays: _("Your declaration has arrived and has not been judged; that takes until the next day at most. Nobody has a colour before."),
  movedWord: _("On another phone"),
  movedSays: _("This person's e-code has moved to another phone; the code on this one is void. To bring it back, sign in again: it takes under two minutes."),
  endedWord: _("Not bound"),
  endedSays: _("This person is no longer on this phone. To use it again, sign in and bind it: it takes under two minutes."),
  neverRed: _("Grey is not red: it only says that this phone cannot prove a colour now."),

  noStore: _("This browser cannot keep an e-code (a private window, perhaps). Use an ordinary window or another browser; a paper pass does the same."),
  connect: _("Connect and renew"),
  connecting: _("Renewing…"),
  connectFailed: _("No connection yet; it tries again by itself."),
  signIn: _("Sign in"),
  signInAgain: _("Sign in again"),
  bindAgain: _("Bind to this phone"),
  welcomeWord: _("No code on this phone"),
  welcomeSays: _("Sign in, then put your code and your family's on this phone. After that it works without a network."),
  welcomeOffline: _("There is no network now. The first time needs one, to sign in."),
  chooseTitle: _("Whose code goes on this phone?"),
  chooseSays: _("A person's code is on one phone. Once it is moved here, the code on your other phone is void."),
  putHere: _("Put here"),
  moveHere: _("Move here"),
  putting: _("Binding…"),
  bindFailed: _("It was not bound: {why}"),
  desk: _("Binding code of an issuing point"),
  deskSays: _("After seeing your document an issuing point gives you ten signs."),
  deskBind: _("Bind with the code"),
  nobody: _("You have not declared yet. Once you have and are judged, your code appears here."),
  declare: _p("code", "Declare"),
  family: _("Add family who are not listed"),
  back: _("Back"),
  onThisPhone: _("on this phone"),
  elsewhere: _("on another phone"),

  clockSlow: _("This phone's clock is about {minutes} min slow. The code shows the right time; please set the phone."),
  clockFast: _("This phone's clock is about {minutes} min fast. The code shows the right time; please set the phone."),
  clockUnsure: _("This phone's clock was changed. Connect once, so that the time can be checked."),

  why: _p("code", "Why this colour"),
  paperTitle: _("A paper pass does the same"),
  paperSays: _("The e-code is voluntary. Issuing points in villages, neighbourhoods, companies and at checkpoints give a paper pass of equal effect."),
  paperWhere: _("Where to get one, when, and how long one waits"),

  bigger: _p("code", "Large print"),
  biggerSays: _("Letters twice as large, one thing a screen"),
  sound: _("Sound"),
  soundSays: _("A tone when the code opens"),
  vibration: _("Vibration"),
  vibrationSays: _("A buzz when the code opens"),
  readAloud: _("Read aloud"),
  more: _p("code", "More"),
  forget: _("Delete everything from this phone"),
  forgetSays: _("Deletes the codes and keys of everybody on this phone. You can sign in and bind them again."),
  forgetSure: _("Delete all codes from this phone?"),
  yesForget: _("Delete"),
  no: _("Keep"),
  remove: _("Remove from this phone"),
  about: _("About this phone"),
  aboutDays: _("Passes stored"),
  aboutDaysValue: _("until {until}"),
  aboutClock: _("Clock error"),
  aboutClockValue: _("{seconds} s"),
  aboutChecked: _("Last connected"),
  never: _p("code", "not yet"),
  privacy: _("The QR code holds no reason, no test and no symptom. Showing it sends nothing, so nobody learns where you show it."),
  noConnection: _("There was no connection; please try again."),
  dayAndTime: _("{day}, {time}"),
  stop: _p("between sentences that are read aloud", ". "),
};

export type Name = keyof typeof TEXTS;

/** A sentence with its gaps filled. */
export const say = sayer(TEXTS);

export const NO_CONNECTION = inEach((language) => say(language, "noConnection"));

/** `14:05:09` of city time (ms). */
export const clockTime = (at: number): string => localTime(at / 1000).slice(11, 19);

/** A day and a time for people: "15 Feb, 18:00". The end of a day is said as 24:00 of that day. */
export function moment(language: Language, at: number): string {
  const midnight = (at + ahead * 1000) % 86_400_000 === 0;
  const day = dayName(language, midnight ? at - 1 : at, {});
  return say(language, "dayAndTime", { day, time: midnight ? "24:00" : clockTime(at).slice(0, 5) });
}

/** `10:32` of the same day, and a day with its time of an earlier one (ms of city time). */
export function lately(language: Language, at: number, now: number): string {
  const isToday = dayOf(at / 1000) === dayOf(now / 1000);
  return isToday ? clockTime(at).slice(0, 5) : moment(language, at);
}

/** "Sat, 15 Feb" of city time (ms). */
export const dayInWords = (language: Language, at: number): string => dayName(language, at, { weekday: "short" });

function dayName(language: Language, at: number, more: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(regional(language), { timeZone: "UTC", month: "short", day: "numeric", ...more }).format(at + ahead * 1000);
}

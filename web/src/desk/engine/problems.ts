/** The mistakes that the desk tells its clerk about. */

import { DEVICE_TOLD, problemOf, type Problem, type Told, Trouble } from "../../device/problems";

const TOLD = {
  ...DEVICE_TOLD,
  "not-enrolled": ["这台设备还没有登记。", "This device is not enrolled.", "用发证点给的登记码登记。", "Enrol it with a code of the point."],
  "secret-wrong": ["登记码不对。", "The enrolment code is wrong.", "对照重新输入；仍不行，在发证点页面上另做一张。", "Type it again; if it stays so, have another made on the point's page."],
  "device-revoked": ["这台设备已被停用，设备上的个人信息已清除。", "This device was revoked; personal data on it has been deleted.", "交回设备，或由发证点重新登记。", "Hand the device in, or have it enrolled anew by the point."],
  "device-unknown": ["服务器不认识这台设备。", "The server does not know this device.", "由发证点重新登记；未上传的记录仍在设备上。", "Have it enrolled anew; records that were not uploaded are still on it."],
  "pin-form": ["PIN 是 6 至 12 位数字。", "A PIN has 6 to 12 digits.", "重新输入。", "Type it again."],
  "pin-wrong": ["PIN 不对。", "The PIN is wrong.", "重新输入；错满次数后，设备上的个人信息会清除，已发的证照常上传。", "Type it again. After too many, personal data here is deleted; what was issued is still uploaded."],
  "pin-shut": ["PIN 错了太多次，设备上的个人信息已清除。", "The PIN was wrong too often; personal data on the device is deleted.", "有网络后未上传的会自动上传；然后由发证点重新登记。", "What waits is uploaded when there is a network; then have it enrolled anew."],
  "store-full": ["设备存储已满，这条没有存下。", "The device is full: this was not stored.", "不要交证；清出空间后再记一次。", "Hand nothing out; make room and record it again."],
  "licence-over": ["设备许可已过期，不能再发证。", "The device's licence is over: nothing can be issued.", "连上网络，许可会自动更新。", "Go online; the licence is renewed by itself."],
  "no-numbers": ["设备上的号码用完了。", "The numbers on this device are used up.", "连上网络领号；或用预印的空白证。", "Go online for more, or use pre-printed blanks."],
  "no-luggage": ["还没有带上今天要用的资料。", "What a day needs was not taken along yet.", "出发前在有网络处点“带上资料”。", "Press “Take along” where there is a network, before you go."],
  "no-register": ["设备上没有名册摘录，不能查人。", "There is no register extract here: nobody can be looked up.", "连上网络取名册；急需的可现场代为申报。", "Go online to fetch it; or let them declare on the spot."],
  "register-over": ["名册摘录已过期。", "The register extract is over.", "连上网络取新的。", "Go online for a new one."],
  "number-wrong": ["证号不对。", "The number can't be right.", "对照证面重新输入，形如 330203-0001234-0。", "Type it again as it stands on the pass, like 330203-0001234-0."],
  "number-used": ["这个号码今天已经用过。", "This number was used already.", "换一张空白证。", "Take another blank."],
  "name-differs": ["姓名与名册不符。", "The name is not the one of the register.", "再对照证件；仍不符的不发证，请本人到发证点。", "Compare the document again; if it stays so issue nothing, and send them to the point."],
  "not-green": ["不符合绿码标准，不能发证。", "The standard of green is not met: no pass is issued.", "按页面所列告知办法。", "Tell them what the page says."],
} satisfies Record<string, Told>;

export type Code = keyof typeof TOLD;
export const problem = (code: Code): Problem => problemOf(code, TOLD[code]);
export const trouble = (code: Code): Trouble => new Trouble(problem(code));

/** The mistakes and states that the engine tells people about: each has a code that never changes, in both languages. */

import { DEVICE_TOLD, problemOf, type Problem, type Told, Trouble } from "../../device/problems";

const TOLD = {
  ...DEVICE_TOLD,
  "not-enrolled": ["这台设备还没有登记。", "This device is not enrolled.", "扫防控办给的登记二维码。", "Scan the enrolment code that the control office gives."],
  "secret-wrong": ["登记码不对。", "The enrolment code is wrong.", "重新扫登记二维码；仍不行，向防控办要一张新的。", "Scan the enrolment code again; if it stays so, ask the control office for a new one."],
  "device-revoked": ["这台设备已被停用，数据已清除。", "This device was revoked; its data has been deleted.", "交回设备，或向防控办重新登记。", "Hand the device in, or have it enrolled anew by the control office."],
  "device-unknown": ["服务器不认识这台设备。", "The server does not know this device.", "向防控办重新登记；未上传的记录仍在设备上。", "Have it enrolled anew by the control office; records that were not uploaded are still on the device."],
  "store-full": ["设备存储已满，这条记录没有存下。", "The device is full: this record was not stored.", "不要放行；清出空间后再记一次。", "Release nobody on it; make room and record it again."],
  "licence-over": ["设备许可已过期。", "The device's licence is over.", "连上网络，许可会自动更新。", "Go online; the licence is renewed by itself."],
  "licence-wrong": ["设备许可不对，没有采用。", "The device's licence is wrong and was not taken.", "连上网络再试；仍不行，找防控办。", "Go online and try again; if it stays so, ask the control office."],
  "list-refused": ["收到的签名名单不对，没有采用，仍用原来的。", "A signed list that arrived is wrong; it was not taken, the one before still counts.", "换一个网络再试；仍不行，告诉防控办。", "Try another network; if it stays so, tell the control office."],
  "list-rolled-back": ["收到的名单比已有的旧，没有采用，仍用原来的。", "A list that arrived is older than the one here; it was not taken, the newer one still counts.", "换一个网络再试；仍不行，告诉防控办。", "Try another network; if it stays so, tell the control office."],
  "no-register": ["设备上没有名册摘录。", "There is no register extract on this device.", "连上网络取名册；在此之前请其出示证件，找防控办核对。", "Go online to fetch it; until then look at the document and ask the control office."],
  "register-over": ["名册摘录已过期。", "The register extract is over.", "连上网络取新的名册。", "Go online to fetch a new one."],
  "no-policy": ["设备上没有卡点规则。", "There are no checkpoint rules on this device.", "连上网络取规则。", "Go online to fetch them."],
  "no-sealing": ["还没有取到封存用的公钥，姓名和证件没有记下。", "The key for sealing is not here yet: name and document were not written down.", "连上网络后再记；移交可以先不写姓名。", "Go online first; a hand-over can be made without a name."],
  "no-thermometer": ["没有选择测温仪，或它断开了。", "No thermometer was chosen, or it went away.", "靠近设备、开启测温仪再选一次，或直接输入体温。", "Switch it on close to the device and choose it again, or type the temperature."],
  "no-turnstile": ["没有选择闸机，或它断开了。", "No turnstile was chosen, or it went away.", "查看闸机的电源和数据线，再选一次。", "Look at its power and cable, and choose it again."],
  "pin-wait": ["口令错了多次，请等一分钟。", "The PIN was wrong too often: wait a minute.", "一分钟后再输；忘了口令，找防控办停用这台设备，重新登记。", "Type it again in a minute; if it is forgotten, have the control office revoke this device and enrol it anew."],
  "not-down": ["现在扫码正常，不能凭工作证放行。", "Codes work: nobody passes by a work card now.", "请其出示码、证，或凭身份证件查名册。", "Have them show a code or pass, or look them up by their ID document."],
  fever: ["发热的不能凭工作证放行。", "Nobody with a fever passes by a work card.", "移交卫健部门。", "Hand them to the health department."],
  "override-locked": ["授权码错了多次。", "The answer was wrong too often.", "取一个新的六位数，再打电话给防控办。", "Ask for six new digits and ring the control office again."],
} satisfies Record<string, Told>;

export type Code = keyof typeof TOLD;

export const problem = (code: Code): Problem => problemOf(code, TOLD[code]);

export const trouble = (code: Code): Trouble => new Trouble(problem(code));

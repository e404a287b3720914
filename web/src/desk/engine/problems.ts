/** The mistakes that the desk tells its clerk about. */

import { _, _p } from "../../device/messages";
import { DEVICE_TOLD, problemOf, type Problem, type Row, Trouble } from "../../device/problems";

const TOLD = {
  ...DEVICE_TOLD,
  "not-enrolled": [_("This device is not enrolled."), _("Enrol it with a code of the point.")],
  "secret-wrong": [_("The enrolment code is wrong."), _("Type it again; if it stays so, have another made on the point's page.")],
  "device-revoked": [_("This device was revoked; personal data on it has been deleted."), _("Hand the device in, or have it enrolled anew by the point.")],
  "device-unknown": [_("The server does not know this device."), _("Have it enrolled anew; records that were not uploaded are still on it.")],
  "pin-form": [_("A PIN has 6 to 12 digits."), _("Type it again.")],
  "pin-wrong": [_p("desk", "The PIN is wrong."), _("Type it again. After too many, personal data here is deleted; what was issued is still uploaded.")],
  "pin-shut": [_("The PIN was wrong too often; personal data on the device is deleted."), _("What waits is uploaded when there is a network; then have it enrolled anew.")],
  "store-full": [_("The device is full: this was not stored."), _("Hand nothing out; make room and record it again.")],
  "licence-over": [_("The device's licence is over: nothing can be issued."), _("Go online; the licence is renewed by itself.")],
  "no-numbers": [_("The numbers on this device are used up."), _("Go online for more, or use pre-printed blanks.")],
  "no-luggage": [_("What a day needs was not taken along yet."), _("Press “Take along” where there is a network, before you go.")],
  "no-register": [_("There is no register extract here: nobody can be looked up."), _("Go online to fetch it; or let them declare on the spot.")],
  "register-over": [_("The register extract is over."), _("Go online for a new one.")],
  "number-wrong": [_("The number can't be right."), _("Type it again as it stands on the pass, like 330203-0001234-0.")],
  "number-used": [_("This number was used already."), _("Take another blank.")],
  "name-differs": [_("The name is not the one of the register."), _("Compare the document again; if it stays so issue nothing, and send them to the point.")],
  "not-green": [_("The standard of green is not met: no pass is issued."), _("Tell them what the page says.")],
} satisfies Record<string, Row>;

export type Code = keyof typeof TOLD;
export const problem = (code: Code): Problem => problemOf(code, TOLD[code]);
export const trouble = (code: Code): Trouble => new Trouble(problem(code));

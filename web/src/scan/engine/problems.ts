/** The mistakes and states that the engine tells people about: each has a code that never changes. */

import { _ } from "../../device/messages";
import { DEVICE_TOLD, problemOf, type Problem, type Row, Trouble } from "../../device/problems";

const TOLD = {
  ...DEVICE_TOLD,
  "not-enrolled": [_("This device is not enrolled."), _("Scan the enrolment code that the control office gives.")],
  "secret-wrong": [_("The enrolment code is wrong."), _("Scan the enrolment code again; if it stays so, ask the control office for a new one.")],
  "device-revoked": [_("This device was revoked; its data has been deleted."), _("Hand the device in, or have it enrolled anew by the control office.")],
  "device-unknown": [_("The server does not know this device."), _("Have it enrolled anew by the control office; records that were not uploaded are still on the device.")],
  "store-full": [_("The device is full: this record was not stored."), _("Release nobody on it; make room and record it again.")],
  "licence-over": [_("The device's licence is over."), _("Go online; the licence is renewed by itself.")],
  "licence-wrong": [_("The device's licence is wrong and was not taken."), _("Go online and try again; if it stays so, ask the control office.")],
  "list-refused": [_("A signed list that arrived is wrong; it was not taken, the one before still counts."), _("Try another network; if it stays so, tell the control office.")],
  "list-rolled-back": [_("A list that arrived is older than the one here; it was not taken, the newer one still counts."), _("Try another network; if it stays so, tell the control office.")],
  "no-register": [_("There is no register extract on this device."), _("Go online to fetch it; until then look at the document and ask the control office.")],
  "register-over": [_("The register extract is over."), _("Go online to fetch a new one.")],
  "no-policy": [_("There are no checkpoint rules on this device."), _("Go online to fetch them.")],
  "no-sealing": [_("The key for sealing is not here yet: name and document were not written down."), _("Go online first; a hand-over can be made without a name.")],
  "no-thermometer": [_("No thermometer was chosen, or it went away."), _("Switch it on close to the device and choose it again, or type the temperature.")],
  "no-turnstile": [_("No turnstile was chosen, or it went away."), _("Look at its power and cable, and choose it again.")],
  "pin-wait": [_("The PIN was wrong too often: wait a minute."), _("Type it again in a minute; if it is forgotten, have the control office revoke this device and enrol it anew.")],
  "not-down": [_("Codes work: nobody passes by a work card now."), _("Have them show a code or pass, or look them up by their ID document.")],
  fever: [_("Nobody with a fever passes by a work card."), _("Hand them to the health department.")],
  "override-locked": [_("The answer was wrong too often."), _("Ask for six new digits and ring the control office again.")],
  unexpected: [_("The program failed: this step was not done."), _("Try once more; if it stays so, open the page again and tell the control office.")],
} satisfies Record<string, Row>;

export type Code = keyof typeof TOLD;

export const problem = (code: Code): Problem => problemOf(code, TOLD[code]);

export const trouble = (code: Code): Trouble => new Trouble(problem(code));

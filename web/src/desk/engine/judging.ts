/** What a desk can say on the spot: the register's colour, or a declaration in which nothing speaks against green. Pure. */

import { _, inAll, inEach, told, translate } from "../../device/messages";
import type { Answers, Colour, Told, Luggage, Words } from "./types";

/** Why no pass is given, to be read aloud: the sentence, what it rests on, and the way out. */
export interface No extends Told {
  readonly because: readonly Words[];
}

const AGAINST: Readonly<Record<string, string>> = {
  symptoms: _("Fever or respiratory symptoms were declared: stay at home; call the community or a fever clinic."),
  contact_symptomatic: _("In contact within 14 days with somebody with fever or symptoms: observation at home."),
  contact_confirmed: _("In contact within 14 days with a confirmed case: the health department calls; stay at home."),
  elsewhere: _("Outside the city within 14 days: that is compared with the risk areas, which needs the network."),
  in_city: _("Not in the city now."),
};
const THE_REGISTER_SAYS = _("The register says {colour}. The reasons stand on one's own page and at the point's desk, where one can ask for a test or object.");

/** What of the answers speaks against a pass now; empty where nothing does. */
export function against(answers: Answers): Words[] {
  const found = ["contact_symptomatic", "contact_confirmed", "elsewhere"].filter((name) => answers[name] === true);
  if (Array.isArray(answers.symptoms) && answers.symptoms.length > 0) found.unshift("symptoms");
  if (answers.in_city === false) found.push("in_city");
  return found.flatMap((name) => AGAINST[name] ?? []).map(inAll);
}

/** The refusal of a code in the policy's words. */
export function no(code: string, luggage: Luggage, because: readonly Words[] = []): No {
  const said = luggage.refusals[code] ?? { sentence: { zh: code }, remedy: {} };
  return { code, ...said, because };
}

/** Why somebody of this colour gets none; null for green. */
export function byColour(colour: Colour | "unknown", luggage: Luggage): No | null {
  if (colour === "green") return null;
  if (colour === "unknown") return no("not-declared", luggage);
  const word = luggage.colours[colour] ?? { zh: colour };
  return no("not-green", luggage, [inEach((language) => translate(language, THE_REGISTER_SAYS, { colour: told(word, language) }))]);
}

/** Whether a name that was typed from a document can be the masked one: 王*明, J* S*. */
export function fits(masked: string, name: string): boolean {
  const plain = name.normalize("NFKC").trim().toUpperCase();
  const parts = masked.split("*");
  return plain !== "" && plain.startsWith((parts[0] ?? "").trim().toUpperCase());
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Whether a document's number can be right; of a resident's number the check digit is looked at (GB 11643). */
export function isDocument(idType: string, idNumber: string): boolean {
  const plain = plainDocument(idNumber);
  if (idType !== "resident") return /^[A-Z0-9]{5,18}$/.test(plain);
  if (!/^[1-9]\d{16}[\dX]$/.test(plain)) return false;
  const sum = WEIGHTS.reduce((all, weight, at) => all + weight * Number(plain[at]), 0);
  return "10X98765432"[sum % 11] === plain[17];
}

export const plainDocument = (text: string): string => text.normalize("NFKC").replace(/[\s-]/gu, "").toUpperCase();
export const tailOf = (text: string): string => plainDocument(text).slice(-4);

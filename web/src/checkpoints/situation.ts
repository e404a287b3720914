/** What the matrix looks at: eight fields, each of a closed list. The twin of `yimatong.core.checkpoints.situation`. */

export const FIELDS = {
  verdict: ["green", "yellow", "red", "recalled", "doubtful", "again", "expired", "other_city", "training", "nothing", "stopped"],
  carrier: ["code", "paper", "register", "none"],
  temperature: ["normal", "fever", "not_taken"],
  origin: ["key_area", "elsewhere", "not_asked"],
  person: ["resident", "visitor", "not_asked"],
  zone: ["ordinary", "control"],
  permit: ["none", "goods", "commuter"],
  document: ["matched", "different", "not_shown", "minor_without", "unattended"],
} as const;

export type Field = keyof typeof FIELDS;
export type Verdict = (typeof FIELDS.verdict)[number];
export type Carrier = (typeof FIELDS.carrier)[number];
export type Permit = (typeof FIELDS.permit)[number];
export type Situation = { readonly [F in Field]: (typeof FIELDS)[F][number] };

export const ACTIONS = ["release", "apply_now", "turn_back", "hand_over", "show_again", "ask"] as const;
export type Action = (typeof ACTIONS)[number];
export const AUTHORITIES = ["health", "township"] as const;
export type Authority = (typeof AUTHORITIES)[number];
/** The fields that can be asked for, and the value that says that they were not asked yet. */
export const ASKED = { temperature: "not_taken", document: "not_shown", origin: "not_asked", person: "not_asked" } as const;
export type Asked = keyof typeof ASKED;

/** Every situation there can be on paper, in counting order: the last field turns fastest. */
export function* cells(): Generator<Situation> {
  const names = Object.keys(FIELDS) as Field[];
  const total = names.reduce((product, name) => product * FIELDS[name].length, 1);
  for (let number = 0; number < total; number += 1) yield cell(number, names);
}

function cell(number: number, names: readonly Field[]): Situation {
  const values: Record<string, string> = {};
  let rest = number;
  for (const name of [...names].reverse()) {
    const list = FIELDS[name];
    values[name] = list[rest % list.length] ?? "";
    rest = Math.floor(rest / list.length);
  }
  return values as Situation;
}

/** The decision matrix: lines in order, the first that matches decides. The twin of `yimatong.core.checkpoints.matrix`. */

import type { Action, Asked, Authority, Field, Situation } from "./situation";

/** What the guard does. `rule` is the id of the line, `slip` of the slip's text, `ask` what is still missing. */
export interface Decision {
  readonly action: Action;
  readonly rule: string;
  readonly to: Authority | null;
  readonly slip: string | null;
  readonly ask: Asked | null;
}

/** The values that count, by field; a field that is not named counts with every value. */
export type When = { readonly [F in Field]?: readonly string[] };

export interface MatrixRule {
  readonly id: string;
  readonly when: When;
  readonly action: Action;
  readonly to: Authority | null;
  readonly slip: string | null;
  readonly ask: Asked | null;
}

/** No line matches; a matrix that the city published has no such cell. */
export class Undecided extends Error {}

/** What the first matching line says; throws Undecided where none matches. */
export function decide(situation: Situation, matrix: readonly MatrixRule[]): Decision {
  for (const line of matrix) {
    if (matches(line.when, situation)) {
      return { action: line.action, rule: line.id, to: line.to, slip: line.slip, ask: line.ask };
    }
  }
  throw new Undecided("no line matches");
}

function matches(when: When, situation: Situation): boolean {
  return (Object.keys(when) as Field[]).every((field) => when[field]?.includes(situation[field]) ?? true);
}

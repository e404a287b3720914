/** What several screens are made of: the verdict's field, buttons, lists of facts, and what every screen is given. */

import type { ComponentChildren } from "preact";

import { Shape } from "../../device/shapes";
import { Button } from "../../device/controls";
import type { Problem, Situation, View } from "../engine/types";
import type { Session, Shown } from "../session";
import { type Language, type Name, say, told } from "../texts";

export { Button, Choice, Input } from "../../device/controls";

export interface Given {
  readonly session: Session;
  readonly shown: Shown;
  readonly view: View;
  readonly language: Language;
}

const COLOURS: readonly string[] = ["green", "yellow", "red"];
/** Verdicts that somebody has to look into; the others are grey: they say nothing about a person. */
const ALARMS: readonly string[] = ["doubtful", "recalled"];

/** The look of a verdict: a colour of the policy, `alarm`, or `unknown`; in training nothing has a colour. */
export function lookOf(verdict: string, { training }: Pick<View, "training">): string {
  if (training) return "unknown";
  return COLOURS.includes(verdict) ? verdict : ALARMS.includes(verdict) ? "alarm" : "unknown";
}

/** The verdict's word: the policy's, for colours and for everything else. */
export function wordOf({ policy }: View, verdict: Situation["verdict"], language: Language): string {
  return told(policy?.palette[verdict]?.word ?? policy?.values["verdict"]?.[verdict], language) || verdict;
}

/** What the policy calls a value of a situation, such as an area or a permit; the value itself without a policy. */
export function valueOf({ policy }: View, field: "origin" | "permit", value: string, language: Language): string {
  return told(policy?.values[field]?.[value], language) || value;
}

interface InField {
  readonly view: View;
  readonly verdict: Situation["verdict"];
  readonly language: Language;
  /** In place of the verdict's word: what is done. */
  readonly word?: string;
  readonly look?: string;
  readonly shape?: string;
  readonly children?: ComponentChildren;
}

/** Colour, word, shape and pattern. */
export function Field({ view, verdict, language, word, look = lookOf(verdict, view), shape, children }: InField) {
  const drawn = shape ?? view.policy?.palette[verdict]?.shape ?? (look === "alarm" ? "cross" : "ring");
  return (
    <section class={`field is-${look} ${look === "unknown" ? "is-gate-grey" : ""}`} data-verdict={verdict} aria-live="assertive">
      <div class="field-band" aria-hidden="true" />
      <div class="field-main">
        <Shape name={drawn} colour={shape ? look : verdict} />
        <h1 class="field-word">{word ?? wordOf(view, verdict, language)}</h1>
      </div>
      {children}
      <div class="field-band" aria-hidden="true" />
    </section>
  );
}

/** A page over the work, with its way back. */
export function Page({ title, language, back, children }: { title: string; language: Language; back: () => void; children: ComponentChildren }) {
  return (
    <div class="page">
      <header class="page-head">
        <h1>{title}</h1>
        <Button kind="plain" onClick={back} id="back">
          {say(language, "back")}
        </Button>
      </header>
      {children}
    </div>
  );
}

export function ProblemNote({ problem, language, dismiss }: { problem: Problem; language: Language; dismiss?: () => void }) {
  return (
    <div class="problem" role="alert">
      <p>
        <b>{told(problem.sentence, language)}</b> {told(problem.remedy, language)}
      </p>
      {dismiss && <Button onClick={dismiss}>{say(language, "dismiss")}</Button>}
    </div>
  );
}

/** A count's name: an action's or verdict's word of the policy, or the program's own. */
export function countName({ policy }: View, name: string, language: Language): string {
  const own: Readonly<Record<string, Name>> = {
    annulled: "countAnnulled", slip: "slipTitle", refusal: "refuse", complaint: "countComplaint", look: "countLook", override: "override", emergency: "emergency",
  };
  const mine = own[name];
  return told(policy?.actions[name] ?? policy?.values["verdict"]?.[name], language) || (mine ? say(language, mine) : name);
}

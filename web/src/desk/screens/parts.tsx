/** What several screens are made of, and what every screen is given. */

import type { ComponentChildren } from "preact";

import { Button } from "../../device/controls";
import type { Desk } from "../engine";
import type { Problem, View } from "../engine/types";
import type { Place } from "../places";
import { ago, type Language, say, shortTime, told } from "../texts";

export { Button, Choice, Input } from "../../device/controls";

export interface Given {
  readonly desk: Desk;
  readonly view: View;
  readonly language: Language;
  readonly place: Place;
  readonly go: (place: Place) => void;
  /** Does what was asked; a mistake is shown. */
  readonly asked: (work: () => Promise<void>) => Promise<void>;
}

export function Page({ title, language, back, children }: { title: string; language: Language; back?: (() => void) | undefined; children: ComponentChildren }) {
  return (
    <div class="page">
      <div class="page-head no-print">
        <h1>{title}</h1>
        {back && (
          <Button kind="plain" onClick={back} id="back">
            {say(language, "back")}
          </Button>
        )}
      </div>
      {children}
    </div>
  );
}

export function ProblemNote({ problem, language }: { problem: Problem; language: Language }) {
  return (
    <div class="problem no-print" role="alert" data-problem={problem.code}>
      <p>
        <b>{told(problem.sentence, language)}</b> {told(problem.remedy, language)}
      </p>
    </div>
  );
}

/** How old what the desk goes by is, and what waits. */
export function ages(view: View, language: Language): string[] {
  const since = (at: number | null): string => ago(language, at === null ? null : Math.max(0, view.now - at));
  const found = [
    view.queued ? say(language, "queued", { count: view.queued }) : say(language, "nothingQueued"),
    `${say(language, "syncAge")} ${since(view.lastSync)}`,
  ];
  if (view.held) found.push(say(language, "heldCount", { count: view.held }));
  if (view.state === "ready" || view.state === "over") {
    found.push(`${say(language, "extractAge")} ${since(view.extract?.issued ?? null)}`, say(language, "numbersLeft", { count: view.left }));
  }
  if (view.licenceUntil !== null) found.push(say(language, "licenceUntil", { until: shortTime(view.licenceUntil) }));
  if (!view.clockKnown) found.push(say(language, "clockUnknown"));
  return found;
}

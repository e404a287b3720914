/** One person before the guard: the verdict with temperature and document, what the matrix asks besides, and the decision. */

import { useState } from "preact/hooks";

import { buttonsOf, type Button as Offer } from "../buttons";
import type { Scanned } from "../engine/types";
import { type Decided as Decision, type Event, readingIn, type Step } from "../flow";
import { shown as digits } from "../temperature";
import { say, told } from "../texts";
import { Button, Field, type Given, lookOf, Page, valueOf } from "./parts";

/** What a button sends; a form's own buttons are with the form. */
const EVENTS: Readonly<Partial<Record<Offer, Event>>> = {
  matches: { type: "document", value: "matched" },
  different: { type: "document", value: "different" },
  not_shown: { type: "document", value: "not_shown" },
  minor_without: { type: "document", value: "minor_without" },
  key_area: { type: "origin", value: "key_area" },
  elsewhere: { type: "origin", value: "elsewhere" },
  resident: { type: "person", value: "resident" },
  visitor: { type: "person", value: "visitor" },
  is_fever: { type: "sure" },
  is_right: { type: "sure" },
  undo: { type: "correct" },
  scan: { type: "next" },
  try_again: { type: "go_on" },
};

function press(id: Offer, session: Given["session"]): void {
  if (id === "ladder") session.open("ladder");
  else session.send(EVENTS[id] ?? ({ type: id } as Event));
}

/** The first two side by side; what is rarer, under them. */
function Buttons({ step, session, view, language }: Given & { step: Step }) {
  const offered = buttonsOf(step, session.rules);
  return (
    <div class={`buttons is-foot ${offered.length > 2 ? "is-list" : ""}`}>
      {offered.map(({ id, off }, place) => (
        <Button key={id} id={id} kind={place === 0 && offered.length < 3 ? "main" : ""} off={off} onClick={() => press(id, session)}>
          {say(language, id, { area: valueOf(view, "origin", "key_area", language) })}
        </Button>
      ))}
    </div>
  );
}

export function Check(given: Given & { step: Step & { at: "check" } }) {
  const { step, view, language } = given;
  const { scanned, situation } = step.traveller;
  return (
    <div class="work">
      <Field view={view} verdict={situation.verdict} language={language}>
        <Person {...given} scanned={scanned} />
      </Field>
      <div class="work-side">
        {step.needs.temperature && !step.choosing && <Temperature {...given} />}
        {(step.choosing || !step.needs.temperature) && step.needs.document && <p class="ask">{say(language, "documentAsk")}</p>}
        <Buttons {...given} />
      </div>
    </div>
  );
}

/** Masked name and the document's last signs, large; the word that their phone shows, too; never why a colour is what it is. */
function Person({ scanned, view, language }: Given & { scanned: Scanned }) {
  const { name, tail, word, permit, city, number, told: refused, recallAge, carrier, epoch } = scanned;
  return (
    <div class="person">
      {name && <b class="person-name">{name}</b>}
      {tail && (
        <span class="person-tail">
          {say(language, "tail")} <b>{tail}</b>
        </span>
      )}
      {number && (
        <span>
          {say(language, "number")} {number}
        </span>
      )}
      {word && carrier === "code" && (
        <span class="person-word">
          {say(language, "word")} <b>{told(word, language)}</b> <small>{say(language, "wordSays")}</small>
        </span>
      )}
      {permit !== "none" && <span class="person-permit">{valueOf(view, "permit", permit, language)}</span>}
      {city && <span class="person-told">{say(language, "ofAnotherCity", { city: told(city, language) })}</span>}
      {refused && (
        <span class="person-told">
          {told(refused.what, language)} {told(refused.remedy, language)}
        </span>
      )}
      {recallAge === null && epoch !== null && <span class="person-told">{say(language, "noRecall")}</span>}
    </div>
  );
}

const KEYS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0];

function Temperature({ step, session, view, language }: Given & { step: Step & { at: "check" } }) {
  const limit = view.policy?.feverTenths ?? 0;
  const reading = readingIn(step, limit);
  const words = {
    empty: "temperatureEmpty", impossible: "temperatureImpossible", odd: "temperatureOdd", fever: "temperatureFever", normal: "temperatureNormal",
  } as const;
  return (
    <section class="thermo" aria-label={say(language, "temperature")}>
      <div class={`thermo-shown is-${reading}`}>
        <output data-reading={reading}>{say(language, "degrees", { value: digits(step.entry) })}</output>
        <span role="status">{say(language, words[reading], { limit: (limit / 10).toFixed(1) })}</span>
        <button class="erase" type="button" disabled={step.entry === ""} aria-label={say(language, "erase")} onClick={() => session.send({ type: "erase" })}>
          <span aria-hidden="true">⌫</span>
        </button>
      </div>
      <div class="keys">
        {KEYS.map((digit) => (
          <button key={digit} type="button" data-digit={digit} aria-label={say(language, "key", { digit })} onClick={() => session.send({ type: "key", digit })}>
            {digit}
          </button>
        ))}
      </div>
    </section>
  );
}

export function Ask(given: Given & { step: Step & { at: "ask" } }) {
  const { step, session, view, language } = given;
  const { situation } = step.traveller;
  const rule = view.policy?.rules[session.engine.decide(situation).rule];
  return (
    <div class="work">
      <Field view={view} verdict={situation.verdict} language={language} />
      <div class="work-side">
        <p class="ask is-large-ask">{told(rule?.because, language)}</p>
        <Buttons {...given} />
      </div>
    </div>
  );
}

export function Recording({ language }: Given) {
  return (
    <p class="loading" role="status">
      {say(language, "recording")}
    </p>
  );
}

export function Unstored(given: Given & { step: Step & { at: "unstored" } }) {
  const { view, language } = given;
  return (
    <div class="work">
      <Field view={view} verdict="stopped" language={language} word={say(language, "unstored")} look="alarm" />
      <div class="work-side">
        <Buttons {...given} />
      </div>
    </div>
  );
}

/** Look and shape of an action: it is the action that counts here, not the code that was shown. */
function lookOfDecision({ decision, traveller }: Decision, view: Given["view"]): { look: string; shape: string } {
  const shapeOf = (colour: string): string => view.policy?.palette[colour]?.shape ?? "ring";
  const { verdict, temperature } = traveller.situation;
  switch (decision.action) {
    case "release":
      return { look: lookOf("green", view), shape: shapeOf("green") };
    case "hand_over": {
      const look = temperature === "fever" ? lookOf("red", view) : lookOf(verdict, view);
      return { look, shape: look === "alarm" ? "cross" : shapeOf(temperature === "fever" ? "red" : verdict) };
    }
    case "turn_back":
      return { look: view.training ? "unknown" : "alarm", shape: "cross" };
    case "apply_now":
    case "ask":
      return { look: "task", shape: "hexagon" };
    default:
      return { look: "unknown", shape: "ring" };
  }
}

export function Decided(given: Given & { step: Step & { at: "decision" } }) {
  const { step, view, language } = given;
  const { decision, traveller } = step;
  const { verdict } = traveller.situation;
  const action = told(view.policy?.actions[decision.action], language);
  const rule = view.policy?.rules[decision.rule];
  const who = decision.to && told(view.policy?.authorities[decision.to], language);
  return (
    <div class="work is-decided">
      <Field view={view} verdict={verdict} language={language} word={decision.action === "ask" ? say(language, "askFirst") : action} {...lookOfDecision(step, view)}>
        {who && <p class="to">{say(language, "to", { who })}</p>}
        <p class="why">
          <b>{told(rule?.title, language)}</b>
        </p>
        {decision.action === "release" && <span class="leaving" title={say(language, "nextIn")} />}
      </Field>
      <div class="work-side">
        {decision.action !== "release" && <p class="because">{told(rule?.because, language)}</p>}
        {decision.action !== "release" && <Refused scanned={traveller.scanned} language={language} />}
        <Buttons {...given} />
      </div>
    </div>
  );
}

function Refused({ scanned, language }: { scanned: Scanned; language: Given["language"] }) {
  if (!scanned.told) return null;
  return (
    <p class="because">
      <b>{told(scanned.told.what, language)}</b> {told(scanned.told.remedy, language)}
    </p>
  );
}

/** The grounds are a closed list: nobody is refused for anything else. */
export function Refuse({ session, view, language, step }: Given & { step: Decision }) {
  const [ground, setGround] = useState("");
  const refuse = async (): Promise<void> => {
    if (await session.asked(() => session.refuse(step, ground))) session.done("refused");
  };
  return (
    <Page title={say(language, "refuseTitle")} language={language} back={() => session.send({ type: "back" })}>
      <p>{say(language, "refuseSays")}</p>
      <fieldset class="choice">
        <legend class="hidden-text">{say(language, "refuseTitle")}</legend>
        {view.policy?.refusalGrounds.map((listed) => (
          <label key={listed.id}>
            <input type="radio" name="ground" value={listed.id} checked={ground === listed.id} onChange={() => setGround(listed.id)} />
            <span>{told(listed, language)}</span>
          </label>
        ))}
      </fieldset>
      <div class="buttons is-foot">
        <Button kind="main" off={!ground} onClick={() => void refuse()} id="refuse_go">
          {say(language, "refuseGo")}
        </Button>
      </div>
    </Page>
  );
}

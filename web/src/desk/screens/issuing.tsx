/** From the document on the table to the pass in a hand: look up, compare, sign, issue; or the reason and the way out. */

import { useState } from "preact/hooks";

import { byColour, type No } from "../engine/judging";
import type { Document, FoundOne, Handed } from "../engine/types";
import { trouble } from "../engine/problems";
import type { Handling } from "../places";
import { dayOf, type Name, say, told } from "../texts";
import { Button, type Given, Input, Page } from "./parts";
import { Signature } from "./signing";

const NOBODY: Document = { id_type: "resident", id_number: "", name: "" };

interface InDocument extends Pick<Given, "view" | "language"> {
  readonly value: Document;
  readonly change: (value: Document) => void;
  readonly named?: boolean;
  /** The number is a parent's, the name the child's. */
  readonly child?: boolean;
}

export function DocumentFields({ view, language, value, change, named = true, child = false }: InDocument) {
  const types = Object.entries(view.luggage?.id_types ?? {}).filter(([type]) => type !== "none");
  return (
    <>
      <Input label={say(language, child ? "parentNumber" : "idNumber")} name="id_number" value={value.id_number} change={(id_number) => change({ ...value, id_number })} longest={40} />
      {named && <Input label={say(language, child ? "childName" : "name")} name="name" value={value.name} change={(name) => change({ ...value, name })} longest={80} />}
      <label class="input">
        <span>{say(language, "idType")}</span>
        <select name="id_type" value={value.id_type} onChange={(event) => change({ ...value, id_type: event.currentTarget.value })}>
          {types.map(([type, words]) => (
            <option key={type} value={type}>
              {told(words, language)}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

export function Find(given: Given) {
  const { desk, view, language, go, asked } = given;
  const [document, setDocument] = useState<Document>(given.place.at === "find" ? (given.place.document ?? NOBODY) : NOBODY);
  const [found, setFound] = useState<FoundOne | null>(null);
  const isRight = desk.isDocument(document.id_type, document.id_number);
  const look = (): Promise<void> => asked(async () => setFound(await desk.lookUp(document)));
  const change = (value: Document): void => (setFound(null), setDocument(value));
  return (
    <Page title={say(language, "byDocument")} language={language} back={() => go({ at: "home" })}>
      <form class="form" onSubmit={(event) => (event.preventDefault(), void look())}>
        <DocumentFields {...given} value={document} change={change} />
        {document.id_number.length > 14 && !isRight && <p class="wrong">{say(language, "documentWrong")}</p>}
        <button class="button is-main" type="submit" disabled={!isRight || !document.name.trim() || found !== null}>
          {say(language, "find")}
        </button>
      </form>
      {found && view.luggage && <FoundNote {...given} document={document} found={found} />}
    </Page>
  );
}

function FoundNote({ desk, view, language, go, asked, document, found }: Given & { document: Document; found: FoundOne }) {
  const luggage = view.luggage;
  if (!luggage) return null;
  const declare = (parent: Document | null): void => {
    const answers = parent ? { id_type: "none" } : { ...document };
    go({ at: "declare", draft: { answers, parent, line: null } });
  };
  if (!found.found) {
    return (
      <section class="card" data-found="no">
        <h2>{say(language, "notFound")}</h2>
        <p>{say(language, "notFoundSays")}</p>
        <Button kind="main" onClick={() => declare(null)} id="declare">
          {say(language, "declare")}
        </Button>
      </section>
    );
  }
  const no = byColour(found.colour ?? "unknown", luggage);
  const good = (): Promise<void> =>
    asked(async () => {
      if (!desk.fits(found.name, document.name)) throw trouble("name-differs");
      go({ at: "sign", handling: { whom: { document }, name: document.name.trim(), document: document.id_number, parent: null, line: null } });
    });
  return (
    <section class="card" data-found={found.colour ?? ""}>
      <h2>{say(language, "found", { name: found.name, tail: document.id_number.slice(-4) })}</h2>
      {no ? <NoWords no={no} language={language} /> : <p>{say(language, "compare")}</p>}
      <div class="choices">
        {!no && (
          <Button kind="main" onClick={() => void good()} id="compared">
            {say(language, "compared")}
          </Button>
        )}
        {no && (
          <Button kind="main" onClick={() => go({ at: "home" })} id="next">
            {say(language, "next")}
          </Button>
        )}
        <Button onClick={() => declare(document)} id="child">
          {say(language, "childOf")}
        </Button>
      </div>
    </section>
  );
}

export function NoWords({ no, language }: { no: No; language: Given["language"] }) {
  return (
    <div class="no" data-refused={no.code}>
      <p class="no-title">{say(language, "refuseTitle")}</p>
      <p>{say(language, "readAloud")}</p>
      <blockquote>
        <p>{told(no.sentence, language)}</p>
        {no.because.map((words) => (
          <p key={told(words, "en")}>{told(words, language)}</p>
        ))}
      </blockquote>
      <p>
        <b>{say(language, "wayOut")}</b> {told(no.remedy, language)}
      </p>
    </div>
  );
}

export function Refusal({ language, go, no, stored }: Given & { no: No; stored: boolean }) {
  return (
    <Page title={say(language, "refuseTitle")} language={language}>
      <NoWords no={no} language={language} />
      {stored && <p>{say(language, "storedDeclaration")}</p>}
      <Button kind="main" onClick={() => go({ at: "home" })} id="next">
        {say(language, "next")}
      </Button>
    </Page>
  );
}

export function Sign({ desk, view, language, go, asked, handling }: Given & { handling: Handling }) {
  const [strokes, setStrokes] = useState("");
  const [blank, setBlank] = useState("");
  const [version, setVersion] = useState(0);
  const [busy, setBusy] = useState(false);
  const issue = async (): Promise<void> => {
    setBusy(true);
    await asked(async () => {
      const { whom, name, document, parent, line } = handling;
      const more = { ...(parent && { parent }), ...(blank.trim() && { blank }) };
      const handed = await desk.hand({ whom, name, document, strokes, line, ...more });
      go({ at: "issued", handling, handed });
    });
    setBusy(false);
  };
  return (
    <Page title={say(language, handling.parent ? "signTitleChild" : "signTitle")} language={language} back={() => go({ at: "home" })}>
      <p>
        <b>{handling.name}</b> · {handling.parent ? say(language, "childTail", { tail: handling.document.slice(-4) }) : say(language, "tail", { tail: handling.document.slice(-4) })}
      </p>
      <p>{say(language, handling.parent ? "signSaysChild" : "signSays")}</p>
      <Signature label={say(language, "signArea")} change={setStrokes} version={version} />
      <Button onClick={() => setVersion(version + 1)}>{say(language, "clear")}</Button>
      <Input label={say(language, "issueBlank")} name="blank" value={blank} change={setBlank} longest={20} />
      <Button kind="main" off={busy || view.state !== "ready"} onClick={() => void issue()} id="issue">
        {blank.trim() || !view.nextNumber ? say(language, "issueGo") : `${say(language, "issueGo")} ${view.nextNumber}`}
      </Button>
    </Page>
  );
}

/** A label of the pass, in both languages whatever the clerk reads. */
function Both({ name, mark = "" }: { name: Name; mark?: string }) {
  return (
    <dt class={mark}>
      <span lang="zh-Hans">{say("zh", name)}</span> <span lang="en">{say("en", name)}</span>
    </dt>
  );
}

export function Issued({ view, language, go, handling, handed }: Given & { handling: Handling; handed: Handed }) {
  const back = handling.line ? "route" : "home";
  return (
    <Page title={say(language, "issuedTitle")} language={language}>
      <article class="pass" data-number={handed.number}>
        <h2>
          {say("zh", "pass")} <span lang="en">{say("en", "pass")}</span>
        </h2>
        <p class="pass-number">{handed.number}</p>
        <dl>
          <Both name="issuedTo" />
          <dd>{handling.name}</dd>
          {handling.parent ? <Both name="childLine" mark="pass-child" /> : <Both name="document" />}
          <dd data-of={handling.parent ? "parent" : "holder"}>{handling.parent?.id_number ?? handling.document}</dd>
          <Both name="issuedOn" />
          <dd>{dayOf(handed.at)}</dd>
          <Both name="validUntil" />
          <dd>{dayOf(handed.until)}</dd>
          <Both name="point" />
          <dd>{view.luggage?.point.title}</dd>
        </dl>
        <p lang="zh-Hans">{say("zh", "withId")}</p>
        <p lang="en">{say("en", "withId")}</p>
      </article>
      <p class="no-print">{say(language, "fill")}</p>
      <p class="no-print muted">{say(language, "gateNote")}</p>
      <div class="choices no-print">
        <Button kind="main" onClick={() => go({ at: back })} id="next">
          {say(language, "next")}
        </Button>
        <Button onClick={() => window.print()}>{say(language, "print")}</Button>
      </div>
    </Page>
  );
}

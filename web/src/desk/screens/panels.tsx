/** The day at a glance, the homes to visit, stubs, blanks, and what became of everything. */

import { useRef, useState } from "preact/hooks";

import { byColour } from "../engine/judging";
import type { Document, Home as AtHome, Outcome } from "../engine/types";
import { clockTime, type Name, say, shortTime, told } from "../texts";
import { DocumentFields } from "./issuing";
import { Button, type Given, Input, Page } from "./parts";

const NOBODY: Document = { id_type: "resident", id_number: "", name: "" };

export function Home({ desk, view, language, go, asked }: Given) {
  const [busy, setBusy] = useState(false);
  const done = view.route.filter(({ id }) => view.visited[id]).length;
  const carry = async (): Promise<void> => {
    setBusy(true);
    await asked(() => desk.carry(true));
    setBusy(false);
  };
  return (
    <Page title={say(language, "home")} language={language}>
      {view.state === "over" && <p class="notice">{say(language, "overSays")}</p>}
      {!view.luggage && <p class="notice">{say(language, "noLuggage")}</p>}
      {view.luggage && !view.extract && <p class="notice" data-notice="no-register">{say(language, "noRegister")}</p>}
      {view.draft && (
        <Button kind="main" onClick={() => view.draft && go({ at: "declare", draft: view.draft })} id="draft">
          {say(language, "declareTitle")} …
        </Button>
      )}
      {view.luggage && (
        <nav class="tiles" aria-label={say(language, "start")}>
          <Tile id="find" title={say(language, "byDocument")} says={say(language, "byDocumentSays")} open={() => go({ at: "find" })} />
          <Tile id="route" title={say(language, "route")} says={say(language, "routeSays", { open: view.route.length - done, done })} open={() => go({ at: "route" })} />
          <Tile id="diary" title={say(language, "diary")} says={view.held ? say(language, "heldCount", { count: view.held }) : say(language, "queued", { count: view.queued })} open={() => go({ at: "diary" })} />
          <Tile id="stubs" title={say(language, "stubs")} says={say(language, "stubSays")} open={() => go({ at: "stubs" })} />
          <Tile id="blanks" title={say(language, "blanks")} says={`${say(language, "spoiled")} · ${say(language, "lost")}`} open={() => go({ at: "blanks" })} />
        </nav>
      )}
      <section class="card">
        <h2>{say(language, "carryTitle")}</h2>
        <p>{say(language, "carrySays")}</p>
        {view.luggage && <p data-carried={view.luggage.at}>{say(language, "carried", { at: shortTime(view.luggage.at) })}</p>}
        <Button kind={view.luggage ? "" : "main"} off={busy || view.syncing} onClick={() => void carry()} id="carry">
          {say(language, busy ? "carrying" : "carryGo")}
        </Button>
      </section>
    </Page>
  );
}

function Tile({ id, title, says, open }: { id: string; title: string; says: string; open: () => void }) {
  return (
    <button class="tile" type="button" data-button={id} onClick={open}>
      <b>{title}</b>
      <span>{says}</span>
    </button>
  );
}

export function Route({ view, language, go, ...given }: Given) {
  const all = { view, language, go, ...given };
  if (view.route.length === 0) {
    return (
      <Page title={say(language, "route")} language={language} back={() => go({ at: "home" })}>
        <p>{say(language, "noRoute")}</p>
      </Page>
    );
  }
  const open = view.route.filter(({ id }) => !view.visited[id]);
  const done = view.route.filter(({ id }) => view.visited[id]);
  return (
    <Page title={say(language, "route")} language={language} back={() => go({ at: "home" })}>
      <ol class="route">
        {[...open, ...done].map((home) => (
          <RouteLine key={home.id} {...all} home={home} />
        ))}
      </ol>
    </Page>
  );
}

function RouteLine({ desk, view, language, go, asked, home }: Given & { home: AtHome }) {
  const [later, setLater] = useState(false);
  const [again, setAgain] = useState("");
  const [name, setName] = useState("");
  const [shown, setShown] = useState(NOBODY);
  const [opened, setOpened] = useState(false);
  const visited = view.visited[home.id];
  const tick = (outcome: Outcome, at = ""): void => void asked(() => desk.visited(home.id, outcome, at));
  const no = view.luggage ? byColour(home.colour, view.luggage) : null;
  const visit = (): void => {
    if (home.colour === "unknown") return go({ at: "declare", draft: { answers: {}, parent: null, line: home.id } });
    if (!no) return setOpened(true);
    tick("refused");
    go({ at: "refused", no, stored: false });
  };
  const issue = (): void => {
    go({ at: "sign", handling: { whom: { line: home.id }, name: name.trim(), document: shown.id_number.trim(), parent: home.child ? shown : null, line: home.id } });
  };
  // The list has a document's last signs alone; the whole number stands on the pass.
  const theirs = home.child || shown.id_number.trim().toUpperCase().endsWith(home.tail);
  const fits = desk.fits(home.name, name) && theirs && desk.isDocument(shown.id_type, shown.id_number);
  return (
    <li class={visited ? "is-done" : ""} data-line={home.id} data-colour={home.colour}>
      <p>
        <b>
          {home.compound} {home.building} {home.stairwell}
        </b>
      </p>
      <p>
        {home.name} · {home.tail ? say(language, "tail", { tail: home.tail }) : say(language, "child")}
        {home.again && !visited && ` · ${say(language, "quiet", { again: home.again })}`}
        {visited && ` · ✓ ${say(language, `visited_${visited.outcome}` as Name, { again: visited.again })}`}
      </p>
      {!visited && !opened && (
        <div class="choices">
          <Button kind="main" onClick={visit} id="visit">
            {say(language, "visitIssue")}
          </Button>
          <Button onClick={() => tick("away")} id="away">{say(language, "away")}</Button>
          <Button onClick={() => setLater(true)}>{say(language, "later")}</Button>
          <Button onClick={() => tick("no_need")}>{say(language, "noNeed")}</Button>
        </div>
      )}
      {!visited && opened && (
        <form class="form" onSubmit={(event) => (event.preventDefault(), issue())}>
          <p>{say(language, "compare")}</p>
          <Input label={say(language, "name")} name="name" value={name} change={setName} longest={80} />
          {home.child && <p>{say(language, "parentTitle")}</p>}
          <DocumentFields view={view} language={language} value={shown} change={setShown} named={false} child={home.child} />
          <button class="button is-main" type="submit" disabled={!fits}>
            {say(language, "compared")}
          </button>
        </form>
      )}
      {!visited && later && (
        <form class="form" onSubmit={(event) => (event.preventDefault(), tick("later", again))}>
          <label class="input">
            <span>{say(language, "againAt")}</span>
            <input type="time" name="again" value={again} onInput={(event) => setAgain(event.currentTarget.value)} />
          </label>
          <button class="button" type="submit" disabled={!again}>
            {say(language, "save")}
          </button>
        </form>
      )}
    </li>
  );
}

/** Stubs of passes that were filled by hand, by keyboard alone. */
export function Stubs(given: Given) {
  const { desk, language, go, asked } = given;
  const [document, setDocument] = useState(NOBODY);
  const [number, setNumber] = useState("");
  const [time, setTime] = useState("");
  const [child, setChild] = useState(false);
  const [count, setCount] = useState(0);
  const first = useRef<HTMLFormElement>(null);
  const at = Date.parse(`${time}:00+08:00`) / 1000;
  const store = (): Promise<void> =>
    asked(async () => {
      const name = document.name.trim();
      const whose = child ? { whom: { child: name }, parent: { ...document, name: "" } } : { whom: { document } };
      await desk.hand({ ...whose, name, document: document.id_number, strokes: "", blank: number, at });
      setNumber("");
      setChild(false);
      setDocument({ ...NOBODY, id_type: document.id_type });
      setCount(count + 1);
      first.current?.querySelector("input")?.focus();
    });
  const ready = number.trim() !== "" && desk.isDocument(document.id_type, document.id_number) && document.name.trim() !== "" && time !== "";
  return (
    <Page title={say(language, "stubs")} language={language} back={() => go({ at: "home" })}>
      <p>{say(language, "stubSays")}</p>
      <form class="form" ref={first} onKeyDown={(event) => onward(event, ready)} onSubmit={(event) => (event.preventDefault(), void (ready && store()))}>
        <Input label={say(language, "blankNumber")} name="number" value={number} change={setNumber} longest={20} digits />
        <label class="tick">
          <input type="checkbox" name="child" checked={child} onChange={(event) => setChild(event.currentTarget.checked)} />
          <span>{say(language, "stubChild")}</span>
        </label>
        <DocumentFields {...given} value={document} change={setDocument} child={child} />
        <label class="input">
          <span>{say(language, "stubTime")}</span>
          <input type="datetime-local" name="time" value={time} onInput={(event) => setTime(event.currentTarget.value)} />
        </label>
        <button class="button is-main" type="submit" disabled={!ready}>
          {say(language, "stubGo")}
        </button>
      </form>
      {count > 0 && <p role="status" data-stored={count}>{say(language, "stubDone", { count })}</p>}
    </Page>
  );
}

/** Enter goes to the next empty field; at the last one it stores. */
function onward(event: KeyboardEvent, ready: boolean): void {
  if (event.key !== "Enter" || ready || !(event.target instanceof HTMLInputElement)) return;
  event.preventDefault();
  const fields = [...(event.target.form?.querySelectorAll<HTMLInputElement>("input") ?? [])];
  fields[fields.indexOf(event.target) + 1]?.focus();
}

export function Blanks({ desk, language, go, asked }: Given) {
  const [number, setNumber] = useState("");
  const [why, setWhy] = useState("");
  const [stored, setStored] = useState(false);
  const mark = (kind: "spoiled" | "lost"): Promise<void> =>
    asked(async () => {
      setStored(false);
      await desk.blank(kind, number, why.trim());
      setNumber("");
      setStored(true);
    });
  const off = !number.trim() || !why.trim();
  return (
    <Page title={say(language, "blanks")} language={language} back={() => go({ at: "home" })}>
      <div class="form">
        <Input label={say(language, "blankNumber")} name="number" value={number} change={setNumber} longest={20} digits />
        <Input label={say(language, "why")} name="why" value={why} change={setWhy} longest={200} />
        <div class="choices">
          <Button off={off} onClick={() => void mark("spoiled")} id="spoiled">{say(language, "spoiled")}</Button>
          <Button off={off} onClick={() => void mark("lost")} id="lost">{say(language, "lost")}</Button>
        </div>
        {stored && <p role="status">{say(language, "blankStored")}</p>}
      </div>
    </Page>
  );
}

export function Diary({ desk, view, language, go, asked }: Given) {
  const entries = [...view.entries].reverse();
  const urgent = (fate: string): number => (fate === "held" || fate === "refused" ? 0 : 1);
  entries.sort((one, other) => urgent(one.fate) - urgent(other.fate));
  return (
    <Page title={say(language, "diary")} language={language} back={() => go({ at: "home" })}>
      <Button off={view.syncing} onClick={() => void asked(() => desk.syncNow())} id="sync">
        {say(language, view.syncing ? "syncing" : "syncNow")}
      </Button>
      {entries.length === 0 && <p>{say(language, "diaryEmpty")}</p>}
      <ul class="diary">
        {entries.map((entry) => (
          <li key={entry.n} data-n={entry.n} data-kind={entry.kind} data-fate={entry.fate} data-code={entry.told?.code ?? ""}>
            <p>
              <b>{say(language, `kind_${entry.kind}` as Name)}</b> {entry.number && <span class="number">{entry.number}</span>} {entry.name} {entry.tail && say(language, entry.child ? "childTail" : "tail", { tail: entry.tail })} · {clockTime(entry.at)}
            </p>
            <p class={`fate is-${entry.fate}`}>{say(language, `fate_${entry.fate}` as Name)}</p>
            {entry.told && (
              <p>
                {told(entry.told.sentence, language)} <b>{say(language, "whatToDo")}</b> {told(entry.told.remedy, language)}
              </p>
            )}
          </li>
        ))}
      </ul>
    </Page>
  );
}

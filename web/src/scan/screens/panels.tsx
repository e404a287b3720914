/** The pages behind the menu: hand-overs, shift, rights, script, ladder, lists, override, settings. */

import { useState } from "preact/hooks";

import type { ShiftReport, Words } from "../engine/types";
import type { Panel } from "../session";
import { ago, clockTime, dayTime, type Name, say, told } from "../texts";
import { Hours, Refresh, Wipe } from "./device";
import { GatePanel } from "./gate";
import { Emergency } from "./emergency";
import { Button, countName, type Given, Input, Page, ProblemNote } from "./parts";

const PANELS: readonly (readonly [Panel, Name])[] = [
  ["hand_overs", "handOvers"],
  ["shift", "shift"],
  ["notice", "notice"],
  ["script", "script"],
  ["ladder", "ladderTitle"],
  ["lists", "lists"],
  ["override", "override"],
  ["emergency", "emergency"],
  ["gate", "gate"],
  ["settings", "settings"],
];

export function Panels(given: Given & { panel: Panel }) {
  const { panel, session, language } = given;
  const title = PANELS.find(([id]) => id === panel)?.[1] ?? "menu";
  const back = (): void => session.open(panel === "menu" ? null : "menu");
  return (
    <Page title={say(language, title)} language={language} back={back}>
      <Inside {...given} />
    </Page>
  );
}

function Inside(given: Given & { panel: Panel }) {
  switch (given.panel) {
    case "menu":
      return <Menu {...given} />;
    case "hand_overs":
      return <HandOvers {...given} />;
    case "shift":
      return <Shift {...given} />;
    case "notice":
      return <Lines lines={given.view.policy?.notice ?? []} {...given} />;
    case "script":
      return <Lines lines={given.view.policy?.script ?? []} {...given} />;
    case "ladder":
      return <Ladder {...given} />;
    case "lists":
      return <Lists {...given} />;
    case "override":
      return <AskOverride {...given} titled={false} />;
    case "gate":
      return <GatePanel {...given} />;
    case "emergency":
      return <Emergency {...given} />;
    default:
      return <Settings {...given} />;
  }
}

function Menu({ session, shown, view, language }: Given) {
  const { step, group } = shown.flow;
  const send = (work: () => void) => (): void => (session.open(null), work());
  const refusable = step.at === "decision" && (step.decision.action === "release" || step.decision.action === "ask");
  const waiting = view.waiting.filter(({ acknowledged }) => !acknowledged).length;
  return (
    <nav class="menu-list" aria-label={say(language, "menu")}>
      {refusable && (
        <Button onClick={send(() => session.send({ type: "refuse" }))} id="menu_refuse">
          {say(language, "refuse")}
        </Button>
      )}
      <Button onClick={send(() => session.send({ type: "complain" }))} id="menu_complain">
        {say(language, "complain")}
      </Button>
      <Button onClick={send(() => session.send(group ? { type: "vehicle_over" } : { type: "vehicle", id: session.engine.newGroup() }))} id="menu_vehicle">
        {say(language, group ? "vehicleOver" : "beginVehicle")}
      </Button>
      {PANELS.filter(([id]) => (id !== "emergency" || view.down) && (id !== "gate" || !view.training)).map(([id, name]) => (
        <Button key={id} onClick={() => session.open(id)} id={`menu_${id}`}>
          {say(language, name)}
          {id === "hand_overs" && waiting > 0 && <span class="badge">{waiting}</span>}
        </Button>
      ))}
    </nav>
  );
}

function Lines({ lines, language }: Given & { lines: readonly Words[] }) {
  return (
    <ol class="script">
      {lines.map((line) => (
        <li key={told(line, "en")}>{told(line, language)}</li>
      ))}
    </ol>
  );
}

function HandOvers({ view, language }: Given) {
  const { now } = view;
  if (view.waiting.length === 0) return <p>{say(language, "handOversNone")}</p>;
  return (
    <ul class="cards">
      {view.waiting.map(({ n, at, to, why, due, acknowledged }) => (
        <li key={n} class={acknowledged ? "is-done" : now > due ? "is-late" : ""}>
          <b>
            {clockTime(at)} · {told(view.policy?.authorities[to], language)} · {say(language, `why_${why}`)}
          </b>
          <span>
            {acknowledged
              ? `✓ ${say(language, "acknowledged", { by: acknowledged.by })} ${clockTime(acknowledged.at)}`
              : `${say(language, now > due ? "late" : "waiting")} · ${say(language, "dueAt", { at: clockTime(due) })}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Counts({ view, language, counts }: Pick<Given, "view" | "language"> & { counts: Given["view"]["counts"] }) {
  return (
    <dl class="facts">
      {Object.entries(counts).map(([name, count]) => (
        <div key={name}>
          <dt>{countName(view, name, language)}</dt>
          <dd>{count}</dd>
        </div>
      ))}
    </dl>
  );
}
function Shift(given: Given) {
  const { session, view, language } = given;
  const [note, setNote] = useState("");
  return (
    <>
      <p>{say(language, "shiftOf", { guard: view.guard ?? "", since: view.shiftSince === null ? "" : clockTime(view.shiftSince) })}</p>
      <h2>{say(language, "counted")}</h2>
      <Counts {...given} counts={view.counts} />
      <Input label={say(language, "shiftNote")} name="note" value={note} change={setNote} longest={200} />
      <div class="buttons is-foot">
        <Button kind="main" onClick={() => void session.endShift(note.trim())} id="shift_end">
          {say(language, "shiftEnd")}
        </Button>
      </div>
    </>
  );
}

/** The figures of the shift that has ended, to be read or printed before the next guard begins. */
export function ShiftOver(given: Given & { report: ShiftReport }) {
  const { session, language, report } = given;
  return (
    <Page title={say(language, "shiftDone")} language={language} back={() => session.closeReport()}>
      <article class="slip is-report">
        <h2>
          {told(given.view.checkpoint?.title, language)} · {report.guard}
        </h2>
        <p>
          {dayTime(report.from)} – {clockTime(report.to)}
        </p>
        <Counts {...given} counts={report.counts} />
        {report.note && <p>{report.note}</p>}
      </article>
      <p>{say(language, "shiftDoneSays")}</p>
      <div class="buttons is-foot">
        <Button kind="main" onClick={() => session.closeReport()} id="shift_new">
          {say(language, "shiftNew")}
        </Button>
        <Button onClick={() => window.print()} id="print">
          {say(language, "slipPrint")}
        </Button>
      </div>
    </Page>
  );
}

/** The policy's fallback ladder; where the guard stands is told in words and by a bar. */
export function Ladder({ view, language }: Given) {
  return (
    <ol class="ladder">
      {view.policy?.ladder.map((rung, place) => (
        <li key={rung.id} {...(place === view.rung && { "aria-current": "step" as const })}>
          <b>{told(rung.title, language)}</b>
          {place === view.rung && <span class="here">{say(language, "ladderHere")}</span>}
          <p>{told(rung.text, language)}</p>
        </li>
      ))}
    </ol>
  );
}

function Lists(given: Given) {
  const { view, language } = given;
  const { now } = view;
  return (
    <>
      {view.problem && <ProblemNote problem={view.problem} language={language} dismiss={() => given.session.dismiss()} />}
      <Refresh {...given} />
      <dl class="facts">
        {(["trust", "recall", "policy"] as const).map((name) => (
          <div key={name} class={`is-${view.ages[name].level}`}>
            <dt>{say(language, name)}</dt>
            <dd>
              {ago(language, view.ages[name].seconds)} · {say(language, view.ages[name].level)}
            </dd>
          </div>
        ))}
        <Fact name={say(language, "listsRegister")}>
          {view.register
            ? say(language, "listsRegisterSays", { count: view.register.count, age: ago(language, now - view.register.issued) })
            : say(language, "none")}
        </Fact>
        <Fact name={say(language, "lastSync")}>{ago(language, view.lastSync === null ? null : now - view.lastSync)}</Fact>
        <Fact name={say(language, "queued", { count: view.queued })}>{say(language, view.online ? "online" : "offline")}</Fact>
        <Fact name={say(language, "clock")}>{say(language, view.clock.known ? "clockKnown" : "clockUnknown")}</Fact>
      </dl>
      {view.notTaken.length > 0 && <h2>{say(language, "notTaken")}</h2>}
      <ul class="plain-list">
        {view.notTaken.map((record) => (
          <li key={record.n}>{say(language, "notTakenSays", { n: record.n, what: told(record.sentence, language) })}</li>
        ))}
      </ul>
      <h2>{say(language, "hoursTitle")}</h2>
      <Hours {...given} />
    </>
  );
}

const Fact = ({ name, children }: { name: string; children: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** The telephone way: six digits out, eight digits back; it works without a network. */
export function AskOverride({ session, view, language, titled = true }: Given & { titled?: boolean }) {
  const [challenge, setChallenge] = useState("");
  const [answer, setAnswer] = useState("");
  const [wrong, setWrong] = useState(false);
  const ask = (): Promise<boolean> => session.asked(async () => (setChallenge(await session.engine.challenge()), setWrong(false)));
  const give = (): Promise<boolean> =>
    session.asked(async () => {
      const open = await session.engine.override(answer.replace(/\D/g, ""));
      setWrong(!open);
      if (open) setChallenge("");
      setAnswer("");
    });
  return (
    <section class="override">
      {titled && <h2>{say(language, "override")}</h2>}
      <p>{say(language, "overrideSays")}</p>
      {view.override && <p role="status">✓ {say(language, "overrideOn", { until: clockTime(view.override.until) })}</p>}
      {challenge ? (
        <form onSubmit={(event) => (event.preventDefault(), void give())}>
          <p>
            {say(language, "overrideChallenge")} <output class="challenge">{challenge}</output>
          </p>
          <Input
            label={say(language, "overrideAnswer")}
            name="answer"
            value={answer}
            change={setAnswer}
            longest={10}
            digits
            wrong={wrong ? say(language, "overrideWrong") : undefined}
          />
          <button class="button is-main" type="submit" disabled={answer.replace(/\D/g, "").length !== 8}>
            {say(language, "overrideGo")}
          </button>
        </form>
      ) : (
        <Button onClick={() => void ask()} id="challenge">
          {say(language, "overrideAsk")}
        </Button>
      )}
    </section>
  );
}

function Settings(given: Given) {
  const { session, shown, language } = given;
  const { available } = session.engine.thermometer;
  const connect = (how: "bluetooth" | "serial") => (): void => void session.asked(() => session.engine.thermometer[how]());
  return (
    <>
      {(["large", "sound", "vibration"] as const).map((name) => (
        <label class="switch" key={name}>
          <span>{say(language, name)}</span>
          <input type="checkbox" role="switch" name={name} checked={shown.settings[name]} onChange={(event) => session.change({ [name]: event.currentTarget.checked })} />
        </label>
      ))}
      <h2>{say(language, "thermometer")}</h2>
      {shown.thermometer === "on" && <p role="status">✓ {say(language, "thermometerOn")}</p>}
      {!available.bluetooth && !available.serial && <p>{say(language, "thermometerNone")}</p>}
      {available.bluetooth && <Button onClick={connect("bluetooth")}>{say(language, "thermometerBluetooth")}</Button>}
      {available.serial && <Button onClick={connect("serial")}>{say(language, "thermometerSerial")}</Button>}
      <hr />
      <Wipe {...given} />
    </>
  );
}

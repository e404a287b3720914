/** Applying on the spot on the guard's phone: asked aloud, filled in for the traveller, sent, and gone from the screen. */

import { useEffect, useState } from "preact/hooks";

import { type ApplyForm, type Division, type FieldProblem, Trouble } from "../engine/types";
import type { Step } from "../flow";
import { say, told } from "../texts";
import { Button, Choice, type Given, Input, Page } from "./parts";

interface Answers {
  readonly name: string;
  readonly id_type: string;
  readonly id_number: string;
  readonly birth_date: string;
  readonly phone: string;
  readonly home: Division | null;
  readonly came: readonly Division[];
  readonly symptoms: readonly string[];
  readonly contact_symptomatic: boolean;
  readonly contact_confirmed: boolean;
  readonly read_aloud: boolean;
}

const NOTHING: Answers = {
  name: "", id_type: "resident", id_number: "", birth_date: "", phone: "", home: null, came: [], symptoms: [],
  contact_symptomatic: false, contact_confirmed: false, read_aloud: false,
};

/** The body of POST /s/apply. */
export function bodyOf(answers: Answers, form: ApplyForm): Record<string, unknown> {
  const { home, came, birth_date, ...rest } = answers;
  return {
    ...rest,
    ...(answers.id_type !== "resident" && { birth_date }),
    home_division: home?.division ?? "",
    came_from: came.map(({ division }) => ({ division })),
    statement: form.statement.version,
  };
}

export function Apply(given: Given & { step: Step & { at: "apply" } }) {
  const { session, language, step, shown } = given;
  const [form, setForm] = useState<ApplyForm | null>(null);
  useEffect(() => void session.asked(async () => setForm(await session.engine.applyForm())), [session]);
  const back = (): void => session.send({ type: "back" });
  return (
    <Page title={say(language, "applyTitle")} language={language} back={back}>
      {step.answer ? <Answered {...given} /> : form ? <Asking {...given} form={form} /> : <p role="status">{say(language, shown.problem ? "applyOffline" : "loading")}</p>}
      {!form && shown.problem && (
        <div class="buttons is-foot">
          <Button kind="main" onClick={() => (back(), session.send({ type: "own_phone" }))} id="own_phone">
            {say(language, "own_phone")}
          </Button>
        </div>
      )}
    </Page>
  );
}

/** Sent, and no colour yet: not released now. With a colour the flow has gone on to the document. */
function Answered({ session, language, step }: Given & { step: Step & { at: "apply" } }) {
  const { answer } = step;
  if (!answer) return null;
  return (
    <>
      <p role="status">
        <b>{say(language, "applyGoneOn")}</b> {say(language, answer.state === "held" ? "applyHeld" : "applyWaiting")}
      </p>
      {answer.receipt && (
        <p>
          {say(language, "applyReceipt")} <b class="slip-number">{answer.receipt}</b>
        </p>
      )}
      <div class="buttons is-foot">
        <Button kind="main" onClick={() => session.send({ type: "next" })} id="next">
          {say(language, "next")}
        </Button>
      </div>
    </>
  );
}

function Asking({ session, language, form }: Given & { form: ApplyForm }) {
  const [answers, setAnswers] = useState(NOTHING);
  const [wrong, setWrong] = useState<readonly FieldProblem[]>([]);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<Answers>): void => (session.touched(), setAnswers({ ...answers, ...part }));
  const wrongOf = (field: string): string | undefined => told(wrong.find((one) => one.field === field)?.sentence, language) || undefined;
  const send = async (): Promise<void> => {
    setBusy(true);
    setWrong([]);
    await session.asked(async () => {
      try {
        session.send({ type: "applied", answer: await session.engine.apply(bodyOf(answers, form)) });
      } catch (flaw) {
        if (flaw instanceof Trouble) setWrong(flaw.problem.fields ?? []);
        throw flaw;
      }
    });
    setBusy(false);
  };
  const text = (field: "name" | "id_number" | "birth_date" | "phone", label: string, kind: "text" | "tel" | "date" = "text") => (
    <Input name={field} label={label} value={answers[field]} change={(value) => change({ [field]: value })} kind={kind} wrong={wrongOf(field)} />
  );
  const ready = answers.name.trim() !== "" && answers.id_number.trim() !== "" && answers.home !== null && answers.read_aloud;
  return (
    <form class="stack" onSubmit={(event) => (event.preventDefault(), void send())}>
      <p>{say(language, "applySays")}</p>
      {text("name", say(language, "name"))}
      <Choice
        legend={say(language, "idType")}
        name="id_type"
        options={Object.entries(form.id_types).map(([id, words]) => [id, told(words, language)] as const)}
        value={answers.id_type}
        change={(id_type) => change({ id_type })}
      />
      {text("id_number", say(language, "documentNumber"))}
      {answers.id_type !== "resident" && text("birth_date", say(language, "birthDate"), "date")}
      {text("phone", say(language, "phone"), "tel")}
      <Place label={say(language, "homeDivision")} name="home_division" session={session} language={language} wrong={wrongOf("home_division")}
        chosen={answers.home ? [answers.home] : []} put={(home) => change({ home })} take={() => change({ home: null })} />
      <Place label={say(language, "cameFrom")} name="came_from" session={session} language={language} wrong={wrongOf("came_from")}
        chosen={answers.came} put={(place) => change({ came: [...answers.came, place] })}
        take={(place) => change({ came: answers.came.filter((one) => one !== place) })} />
      <Ticks {...{ form, answers, change, language }} />
      <blockquote class="statement" tabIndex={0}>{told(form.statement, language)}</blockquote>
      <Tick label={say(language, "readAloud")} name="read_aloud" on={answers.read_aloud} set={(read_aloud) => change({ read_aloud })} />
      <div class="buttons is-foot">
        <button class="button is-main" type="submit" disabled={busy || !ready}>
          {say(language, busy ? "sending" : "applyGo")}
        </button>
      </div>
    </form>
  );
}

interface InTicks {
  readonly form: ApplyForm;
  readonly answers: Answers;
  readonly change: (part: Partial<Answers>) => void;
  readonly language: Given["language"];
}

function Ticks({ form, answers, change, language }: InTicks) {
  const toggled = (id: string, on: boolean): readonly string[] => (on ? [...answers.symptoms, id] : answers.symptoms.filter((one) => one !== id));
  return (
    <fieldset class="choice">
      <legend>{told(form.questions["symptoms"], language) || say(language, "symptoms")}</legend>
      {Object.entries(form.symptoms).map(([id, words]) => (
        <Tick key={id} label={told(words, language)} name={id} on={answers.symptoms.includes(id)} set={(on) => change({ symptoms: toggled(id, on) })} />
      ))}
      {(["contact_symptomatic", "contact_confirmed"] as const).map((field) => (
        <Tick
          key={field}
          name={field}
          label={told(form.questions[field], language) || say(language, field === "contact_confirmed" ? "contactConfirmed" : "contactSymptomatic")}
          on={answers[field]}
          set={(on) => change({ [field]: on })}
        />
      ))}
    </fieldset>
  );
}

const Tick = ({ label, name, on, set }: { label: string; name: string; on: boolean; set: (on: boolean) => void }) => (
  <label class="tick">
    <input type="checkbox" name={name} checked={on} onChange={(event) => set(event.currentTarget.checked)} />
    <span>{label}</span>
  </label>
);

interface InPlace extends Pick<Given, "session" | "language"> {
  readonly label: string;
  readonly name: string;
  readonly wrong: string | undefined;
  readonly chosen: readonly Division[];
  readonly put: (place: Division) => void;
  readonly take: (place: Division) => void;
}

/** A division, found by its signs or by pinyin. */
function Place({ session, language, label, name, chosen, put, take, wrong }: InPlace) {
  const [words, setWords] = useState("");
  const [found, setFound] = useState<readonly Division[]>([]);
  useEffect(() => {
    if (words.trim() === "") return setFound([]);
    let stale = false;
    const timer = setTimeout(() => void session.asked(async () => {
      const divisions = await session.engine.divisions(words.trim());
      if (!stale) setFound(divisions);
    }), 250);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [words, session]);
  const choose = (place: Division): void => (put(place), setWords(""));
  return (
    <div class="place">
      {chosen.map((place) => (
        <p class="chosen" key={place.division}>
          {say(language, "chosen", { name: place.name })}
          <Button kind="plain" onClick={() => take(place)}>
            {say(language, "remove")}
          </Button>
        </p>
      ))}
      {(name === "came_from" || chosen.length === 0) && (
        <Input name={name} label={`${label} · ${say(language, "searchDivision")}`} value={words} change={setWords} wrong={wrong} />
      )}
      {found.map((place) => (
        <Button key={place.division} id={`division_${place.division}`} onClick={() => choose(place)}>
          {place.name}
        </Button>
      ))}
    </div>
  );
}


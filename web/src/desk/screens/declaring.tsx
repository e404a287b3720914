/** Declaring for somebody on the road: the policy's questions on one page, saved as one goes, judged by what can be judged here. */

import { useEffect, useRef, useState } from "preact/hooks";

import { against, no } from "../engine/judging";
import type { Answers, Draft } from "../engine/types";
import { dayOf, type Name, say, told } from "../texts";
import { DocumentFields } from "./issuing";
import { Button, Choice, type Given, Input, Page } from "./parts";

const YES_NO = ["contact_symptomatic", "contact_confirmed", "in_city", "elsewhere"] as const;
const SAVED_AFTER = 300;
interface Visit {
  readonly division: number;
  readonly from: string;
  readonly to: string;
}

export function Declare(given: Given & { first: Draft }) {
  const { desk, view, language, go, asked, first } = given;
  const [answers, setAnswers] = useState<Answers>(first.answers);
  const [agreed, setAgreed] = useState(false);
  const [missing, setMissing] = useState<string[]>([]);
  const { parent, line } = first;
  const luggage = view.luggage;
  /** The answers that the tablet keeps. */
  const [kept, setKept] = useState<Answers | null>(null);
  useEffect(() => {
    const late = setTimeout(() => void desk.save({ answers, parent, line }).then(() => setKept(answers)), SAVED_AFTER);
    return () => clearTimeout(late);
  }, [answers]);
  if (!luggage) return null;
  const set = (name: string, value: unknown): void => setAnswers((before) => ({ ...before, [name]: value }));
  const text = (name: string): string => String(answers[name] ?? "");
  const label = (name: string): string => told(luggage.questions[name], language) || name;
  const child = answers.id_type === "none";
  const words = (name: string, options: { kind?: "tel" | "date"; title?: string } = {}) => (
    <Input label={options.title ?? label(name)} name={name} value={text(name)} change={(value) => set(name, value)} longest={200} {...(options.kind && { kind: options.kind })} />
  );
  const judge = (): Promise<void> =>
    asked(async () => {
      const wanted = unanswered(answers, child);
      setMissing(agreed ? wanted : [...wanted, "agree"]);
      if (wanted.length > 0 || !agreed) return;
      const said = whole(answers, luggage.point.division, child);
      const whom = { answers: said, statement: luggage.statement.version };
      const document = parent?.id_number ?? text("id_number");
      const because = against(said);
      if (because.length > 0) {
        await desk.declared(whom, text("name"), document, line, parent);
        return go({ at: "refused", no: no("not-green", luggage, because), stored: true });
      }
      go({ at: "sign", handling: { whom, name: text("name").trim(), document, parent, line } });
    });
  return (
    <Page title={say(language, "declareTitle")} language={language} back={() => go({ at: "home" })}>
      <p>{say(language, "declareSays")}</p>
      {parent && (
        <p class="notice">
          {say(language, "parentTitle")}: {parent.name} · {say(language, "tail", { tail: parent.id_number.slice(-4) })}. {say(language, "parentSays")}
        </p>
      )}
      <div class="form" data-kept={kept === answers ? "all" : "not-yet"}>
        {child ? words("name") : <DocumentFields {...given} value={{ id_type: text("id_type") || "resident", id_number: text("id_number"), name: text("name") }} change={(value) => setAnswers({ ...answers, ...value })} />}
        {(child || text("id_type") !== "resident") && words("birth_date", { kind: "date", title: say(language, "birth") })}
        {words("phone", { kind: "tel", title: say(language, "phone") })}
        {words("home_text", { title: say(language, "address") })}
        <Symptoms {...given} answers={answers} set={set} />
        {YES_NO.map((name) => (
          <div key={name}>
            <Choice
              legend={label(name)}
              name={name}
              options={[["yes", say(language, "yes")], ["no", say(language, "no")]]}
              value={answers[name] === true ? "yes" : answers[name] === false ? "no" : ""}
              change={(value) => set(name, value === "yes")}
            />
            {answers[name] === true && name.startsWith("contact") && words(`${name}_on`, { kind: "date", title: say(language, "lastOn") })}
            {answers[name] === true && name === "elsewhere" && <Places {...given} answers={answers} set={set} />}
          </div>
        ))}
        <section class="card">
          <h2>{say(language, "statement")}</h2>
          <p>{told(luggage.statement, language)}</p>
          <label class="tick">
            <input type="checkbox" name="agree" checked={agreed} onChange={(event) => setAgreed(event.currentTarget.checked)} />
            <span>{say(language, "agree")}</span>
          </label>
        </section>
        {missing.length > 0 && (
          <p class="wrong" role="alert">
            {say(language, "missing", { fields: missing.map((name) => (name === "agree" ? say(language, "agree") : label(name))).join(say(language, "comma")) })}
          </p>
        )}
        <div class="choices">
          <Button kind="main" onClick={() => void judge()} id="judge">
            {say(language, "judge")}
          </Button>
          <Button kind="plain" onClick={() => void asked(async () => (await desk.save(null), go({ at: "home" })))}>{say(language, "discard")}</Button>
        </div>
      </div>
    </Page>
  );
}

interface InPart extends Given {
  readonly answers: Answers;
  readonly set: (name: string, value: unknown) => void;
}

function Symptoms({ view, language, answers, set }: InPart) {
  const chosen = Array.isArray(answers.symptoms) ? (answers.symptoms as string[]) : null;
  const kinds = Object.entries(view.luggage?.symptoms ?? {});
  const toggle = (kind: string): void => set("symptoms", chosen?.includes(kind) ? chosen.filter((one) => one !== kind) : [...(chosen ?? []), kind]);
  return (
    <fieldset class="choice">
      <legend>{say(language, "symptoms")}</legend>
      {kinds.map(([kind, words]) => (
        <label key={kind}>
          <input type="checkbox" name="symptoms" value={kind} checked={chosen?.includes(kind) ?? false} onChange={() => toggle(kind)} />
          <span>{told(words, language)}</span>
        </label>
      ))}
      <label>
        <input type="checkbox" name="symptoms" value="none" checked={chosen?.length === 0} onChange={() => set("symptoms", [])} />
        <span>{say(language, "noSymptoms")}</span>
      </label>
      {chosen && chosen.length > 0 && (
        <Input label={say(language, "since")} name="symptoms_since" kind="date" value={String(answers.symptoms_since ?? "")} change={(value) => set("symptoms_since", value)} />
      )}
    </fieldset>
  );
}

function Places({ desk, view, language, answers, set }: InPart) {
  const all = useRef<readonly (readonly [number, string])[]>([]);
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState<readonly [number, string] | null>(null);
  const [days, setDays] = useState({ from: dayOf(view.now), to: dayOf(view.now) });
  useEffect(() => void desk.divisions().then((found) => (all.current = found)), []);
  const rows = (answers.itinerary as Visit[] | undefined) ?? [];
  const name = (division: number): string => all.current.find(([code]) => code === division)?.[1] ?? String(division);
  const found = words.trim() ? all.current.filter(([, full]) => full.includes(words.trim())).slice(0, 8) : [];
  const add = (): void => {
    if (!chosen) return;
    set("itinerary", [...rows, { division: chosen[0], ...days }]);
    setChosen(null);
    setWords("");
  };
  return (
    <div class="card">
      <ul>{rows.map((row) => <li key={`${row.division}${row.from}`}>{name(row.division)} {row.from} – {row.to}</li>)}</ul>
      <Input label={`${say(language, "came")}: ${say(language, "cameFind")}`} name="came" value={chosen?.[1] ?? words} change={(value) => (setChosen(null), setWords(value))} />
      {!chosen && found.map((one) => <Button key={one[0]} onClick={() => setChosen(one)}>{one[1]}</Button>)}
      <div class="pair">
        <Input label={say(language, "from")} name="from" kind="date" value={days.from} change={(from) => setDays({ ...days, from })} />
        <Input label={say(language, "to")} name="to" kind="date" value={days.to} change={(to) => setDays({ ...days, to })} />
      </div>
      <Button off={!chosen} onClick={add}>{say(language, "add" satisfies Name)}</Button>
    </div>
  );
}

/** The names of what is still to be answered. */
function unanswered(answers: Answers, child: boolean): string[] {
  const needed = ["name", "phone", "home_text", ...(child ? ["birth_date"] : ["id_number"])];
  const found = needed.filter((name) => !String(answers[name] ?? "").trim());
  if (!child && answers.id_type !== "resident" && !answers.birth_date) found.push("birth_date");
  if (!Array.isArray(answers.symptoms)) found.push("symptoms");
  else if (answers.symptoms.length > 0 && !answers.symptoms_since) found.push("symptoms_since");
  for (const name of YES_NO) if (typeof answers[name] !== "boolean") found.push(name);
  for (const name of ["contact_symptomatic", "contact_confirmed"]) if (answers[name] === true && !answers[`${name}_on`]) found.push(`${name}_on`);
  if (answers.elsewhere === true && !(answers.itinerary as Visit[] | undefined)?.length) found.push("itinerary");
  return found;
}

/** The answers as the declaration's form has them; the home is written down, and a clerk finds it in the gazetteer later. */
function whole(answers: Answers, division: number, child: boolean): Answers {
  const { id_number, birth_date, ...rest } = answers;
  const born = birth_date ? { birth_date } : {};
  return { ...rest, ...born, home_division: division, home_missing: true, id_type: child ? "none" : (answers.id_type ?? "resident"), ...(!child && { id_number }) };
}

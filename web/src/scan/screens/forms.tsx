/** What follows a decision: hand-over, slip, their own phone; and a traveller's complaint. */

import { useState } from "preact/hooks";

import { drawQr, QUIET } from "../../device/qr";
import { besides } from "../../device/messages";
import type { Authority } from "../engine/types";
import type { Decided, Step } from "../flow";
import { whyOf } from "../session";
import { dayTime, type Name, say, told } from "../texts";
import { Button, Choice, type Given, Input, Page } from "./parts";

const AUTHORITIES: readonly Authority[] = ["health", "township"];

export function HandOver({ session, view, language, step }: Given & { step: Decided }) {
  const { situation, scanned, temperature } = step.traveller;
  const [to, setTo] = useState<Authority>(step.decision.to ?? "health");
  const [person, setPerson] = useState({ name: "", document: "", phone: "" });
  const why = whyOf(situation);
  const written = Object.values(person).some((value) => value.trim() !== "");
  const hand = async (): Promise<void> => {
    const { epoch, slot, cti } = scanned;
    const input = { of: step.n, to, why, temperature, epoch, slot, cti, person: written ? person : null };
    if (await session.asked(async () => void (await session.engine.handOver(input)))) session.done("handed");
  };
  const words: readonly (readonly [keyof typeof person, Name])[] = [["name", "name"], ["document", "documentNumber"], ["phone", "phone"]];
  return (
    <Page title={`${say(language, "handOverTitle")} · ${say(language, `why_${why}`)}`} language={language} back={() => session.send({ type: "back" })}>
      <p>{say(language, "handOverSays")}</p>
      <Choice
        legend={say(language, "handOverTo")}
        name="to"
        options={AUTHORITIES.map((id) => [id, told(view.policy?.authorities[id], language) || id] as const)}
        value={to}
        change={(value) => setTo(value as Authority)}
      />
      {words.map(([field, name]) => (
        <Input
          key={field}
          name={field}
          label={field === "phone" ? say(language, name) : `${say(language, name)} (${say(language, "optional")})`}
          value={person[field]}
          kind={field === "phone" ? "tel" : "text"}
          change={(value) => setPerson({ ...person, [field]: value })}
        />
      ))}
      <div class="buttons is-foot">
        <Button kind="main" onClick={() => void hand()} id="hand_over_go">
          {say(language, "handOverGo")}
        </Button>
      </div>
    </Page>
  );
}

/** A code of an address; drawn without a style of its own, so that it prints, too. */
function Address({ address, label }: { address: string; label: string }) {
  const { size, path } = drawQr(address);
  const side = size + 2 * QUIET;
  return (
    <svg class="address" viewBox={`0 0 ${side} ${side}`} role="img" aria-label={label}>
      <path d={`M0 0h${side}v${side}H0z`} class="qr-ground" />
      <path d={path} class="qr-dark" />
    </svg>
  );
}

/** 58 mm wide when it is printed: reason, number, and how to object. */
export function Slip({ session, view, language, step }: Given & { step: Step & { at: "slip" } }) {
  const { number, decision, traveller } = step;
  const text = view.policy?.slips.find(({ id }) => id === decision.slip);
  const place = view.checkpoint;
  if (!number) {
    return (
      <Page title={say(language, "slipTitle")} language={language} back={() => session.send({ type: "next" })}>
        <p role="status">{say(language, "slipMaking")}</p>
      </Page>
    );
  }
  const address = `${location.origin}/complain/${place?.id ?? 0}/${number}/`;
  return (
    <Page title={say(language, "slipTitle")} language={language} back={() => session.send({ type: "next" })}>
      <article class="slip">
        <h2>
          {say(language, "slipTitle")} · {told(place?.title, language)}
        </h2>
        <p>
          {say(language, "slipNumber")} <b class="slip-number">{number}</b>
        </p>
        <p>
          {say(language, "slipDate")} {dayTime(traveller.scanned.at)}
        </p>
        <p class="slip-text">{told(text, language)}</p>
        <p class="slip-text">{told(text, besides(language))}</p>
        <Address address={address} label={say(language, "slipScan")} />
        <p class="slip-scan">{say(language, "slipScan")}</p>
      </article>
      <div class="buttons is-foot">
        <Button kind="main" onClick={() => window.print()} id="print">
          {say(language, "slipPrint")}
        </Button>
        <Button onClick={() => session.send({ type: "next" })} id="next">
          {say(language, "next")}
        </Button>
      </div>
    </Page>
  );
}

export function OwnPhone({ session, view, language }: Given) {
  return (
    <Page title={say(language, "ownPhoneTitle")} language={language} back={() => session.send({ type: "back" })}>
      <p>{say(language, "ownPhoneSays")}</p>
      <Address address={`${location.origin}/me/?at=${view.checkpoint?.id ?? 0}`} label={say(language, "ownPhoneTitle")} />
      <div class="buttons is-foot">
        <Button kind="main" onClick={() => session.send({ type: "next" })} id="next">
          {say(language, "wait")}
        </Button>
      </div>
    </Page>
  );
}

/** One tap on a kind records it (C7); the guard's name is not asked, nor the traveller's. */
export function Complain({ session, view, language, step }: Given & { step: Step & { at: "complain" } }) {
  const [text, setText] = useState("");
  const complain = async (complaint: string): Promise<void> => {
    const done = await session.asked(async () => void (await session.engine.complain({ of: step.of, complaint, text: text.trim() })));
    if (done) session.done("complained");
  };
  return (
    <Page title={say(language, "complainTitle")} language={language} back={() => session.send({ type: "back" })}>
      <p>{say(language, "complainSays")}</p>
      <label class="input">
        <span>{say(language, "complainText")}</span>
        <textarea name="text" maxLength={500} rows={3} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <div class="menu-list">
        {view.policy?.complaintKinds.map((kind) => (
          <Button key={kind.id} id={`complain_${kind.id}`} onClick={() => void complain(kind.id)}>
            {told(kind, language)}
          </Button>
        ))}
      </div>
    </Page>
  );
}

/** Nobody has touched the screen for a minute: what was typed stays, and is not to be read. */
export function Covered({ session, language }: Given) {
  return (
    <div class="page is-covered" role="status">
      <h1>{say(language, "covered")}</h1>
      <Button kind="main" onClick={() => session.send({ type: "uncover" })} id="uncover">
        {say(language, "uncover")}
      </Button>
    </div>
  );
}


/** One person's screen: the field, the code, who it is, until when, and what to do where there is no colour. */

import { useEffect, useRef } from "preact/hooks";

import { speak } from "../../device/speaking";
import { alertFor } from "../alerts";
import { type Face, type Held, windowEnd } from "../face";
import type { News, Settings } from "../kept";
import { lately, type Language, moment, say, told } from "../texts";
import { CheckWord, Code } from "./code";
import { Field, type Palette, said } from "./field";
import { barOf } from "./people";
import { Icon } from "../../device/shapes";

/** A phone that reads the list each minute is never so many ms behind. */
const WORTH_SAYING = 5 * 60_000;

interface Given {
  readonly id: string;
  readonly place: number;
  readonly alone: boolean;
  readonly label: string;
  readonly self: boolean;
  readonly face: Face;
  /** Milliseconds of city time. */
  readonly now: number;
  /** Milliseconds of city time at which the passes were last confirmed. */
  readonly confirmed: number;
  readonly language: Language;
  readonly palette: Palette;
  readonly settings: Settings;
  readonly online: boolean;
  readonly busy: boolean;
  readonly failed: boolean;
  readonly tried: boolean;
  /** The newest thing that the person was told and has not put aside. */
  readonly news: News | null;
  readonly aside: (id: number) => void;
  readonly keyOf: (name: string) => Promise<CryptoKey | null>;
  readonly renew: () => void;
  readonly add: () => void;
  readonly remove: () => void;
}

export function Card(given: Given) {
  const { face, language, palette, now, place, alone, label, settings } = given;
  const shown = said(face, palette, language);
  const held = face.kind === "valid" || face.kind === "training" ? face.held : null;
  useAlert(given.id, shown.colour === "unknown" ? "grey" : shown.colour, settings);
  return (
    <section class={`card ${alone ? "" : barOf(place)}`} id="panel" {...(alone ? {} : { role: "tabpanel", "aria-labelledby": `tab-${place}` })}>
      <p class="hidden-text" role="status">
        {label}: {shown.word}
      </p>
      {given.news && <Told news={given.news} language={language} aside={given.aside} />}
      <h1 class="who">
        {!alone && <span class="who-place">{place + 1}</span>}
        <span class="who-name">{held?.claims.name ?? label}</span>
        {held?.claims.tail && (
          <span class="who-tail">
            {say(language, "documentTail")} <b>{held.claims.tail}</b>
          </span>
        )}
      </h1>
      <Field shown={shown} now={now} language={language} />
      {held ? (
        <Code held={held} now={Math.floor(now / 1000)} language={language} colour={shown.word} keyOf={given.keyOf} />
      ) : (
        <Grey {...given} sentence={shown.sentence} />
      )}
      {held && <Together language={language} />}
      {held && <Confirmed at={given.confirmed} now={now} language={language} />}
      {face.kind === "valid" && <Permit permit={face.held.claims.permit} language={language} />}
      {settings.large && (
        <button class="button is-wide" type="button" onClick={() => speak(spoken(given, shown.word, shown.sentence), language)}>
          <Icon name="speak" /> {say(language, "readAloud")}
        </button>
      )}
      {held && settings.large ? (
        <details class="more">
          <summary>{say(language, "more")}</summary>
          <Rest {...given} held={held} />
        </details>
      ) : (
        held && <Rest {...given} held={held} />
      )}
    </section>
  );
}

/** Something that the person was told: its title alone, since whoever looks at the code looks at this page. */
function Told({ news, language, aside }: { news: News; language: Language; aside: (id: number) => void }) {
  return (
    <div class="told" role="status">
      <p>
        <b>{told(news.title, language)}</b> <span class="muted">{moment(language, news.at * 1000)}</span>
      </p>
      <a class="button is-plain" href="/me/messages/">
        {say(language, "look")}
      </a>
      <button class="button is-plain" type="button" onClick={() => aside(news.id)}>
        {say(language, "gotIt")}
      </button>
    </div>
  );
}

/** The special permit that the city signed, told by a drawing and its class. */
function Permit({ permit, language }: { permit: number | null; language: Language }) {
  if (permit === null) return null;
  return (
    <p class="permit" data-permit={permit}>
      <Icon name="permit" /> <b>{say(language, "permit")}</b> <span class="permit-class">{permit}</span>
    </p>
  );
}

/** What is under the code; in large print it is folded away, so that a screen has one thing. */
function Rest({ held, ...given }: Given & { held: Held }) {
  return (
    <div class="rest">
      <CheckWord held={held} now={Math.floor(given.now / 1000)} language={given.language} />
      {given.face.kind === "valid" && <Until {...given} valid={given.face} />}
    </div>
  );
}

/** Tells once by sound and touch when a person's code opens or changes. */
function useAlert(id: string, colour: string, settings: Settings): void {
  const last = useRef("");
  useEffect(() => {
    const opened = `${id}:${colour}`;
    if (last.current !== opened) alertFor(colour, settings);
    last.current = opened;
  }, [id, colour, settings]);
}

function spoken({ face, language, label }: Given, word: string, sentence: string): string {
  if (face.kind !== "valid") return `${label}. ${word}. ${sentence}`;
  const until = moment(language, windowEnd(face.held) * 1000);
  return [label, word, `${say(language, "validUntil")} ${until}`, say(language, "together")].join(say(language, "stop"));
}

function Together({ language }: { language: Language }) {
  return (
    <p class="together">
      <Icon name="idcard" /> {say(language, "together")}
    </p>
  );
}

/** How old the knowledge is, where it is older than a page that has a network would let it become. */
function Confirmed({ at, now, language }: { at: number; now: number; language: Language }) {
  if (at === 0 || now - at < WORTH_SAYING) return null;
  return (
    <p class="confirmed" role="status">
      <Icon name="clock" /> {say(language, "confirmed", { at: lately(language, at, now) })}
    </p>
  );
}

function Until({ valid, language, online, busy, tried, renew, add, alone, self }: Given & { valid: Face & { kind: "valid" } }) {
  return (
    <>
      <dl class="until">
        <div>
          <dt>{say(language, "validUntil")}</dt>
          <dd>
            <b>{moment(language, windowEnd(valid.held) * 1000)}</b> <span class="muted">{say(language, "renews")}</span>
          </dd>
        </div>
        <div>
          <dt>{say(language, online ? "offlineUntil" : "noNetwork")}</dt>
          <dd>
            <b>{moment(language, valid.last * 1000)}</b>
          </dd>
        </div>
      </dl>
      <div class="actions">
        <a class="button" href={self ? "/me/self/why/" : "/me/home/"}>
          {say(language, "why")}
        </a>
        <button class="button" type="button" disabled={busy} onClick={renew}>
          {say(language, busy ? "connecting" : "connect")}
        </button>
        {alone && (
          <button class="button" type="button" onClick={add}>
            {say(language, "addPerson")}
          </button>
        )}
      </div>
      {tried && !busy && <Unanswered language={language} />}
      <p class="muted">{say(language, "brightness")}</p>
    </>
  );
}

function Unanswered({ language }: Pick<Given, "language">) {
  return (
    <p class="grey-note" role="status">
      {say(language, "connectFailed")}
    </p>
  );
}

/** No colour: what happened, what to do, and that grey is not red. */
function Grey({ face, language, busy, failed, renew, remove, sentence }: Given & { sentence: string }) {
  const again = face.kind === "moved" || face.kind === "ended";
  return (
    <div class="grey">
      <p class="grey-says">{sentence}</p>
      {again ? (
        <a class="button is-main" href="/me/sign-in/?next=/code/">
          {say(language, "signInAgain")}
        </a>
      ) : (
        <button class="button is-main" type="button" disabled={busy} onClick={renew}>
          {say(language, busy ? "connecting" : "connect")}
        </button>
      )}
      {failed && !busy && <Unanswered language={language} />}
      <p class="grey-note">{say(language, "neverRed")}</p>
      {again && (
        <button class="button is-plain" type="button" onClick={remove}>
          {say(language, "remove")}
        </button>
      )}
    </div>
  );
}

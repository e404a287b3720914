/** Whose code goes on this phone: before anybody is signed in, and when people are put here. */

import { useState } from "preact/hooks";

import type { Offer } from "../state";
import { type Language, say } from "../texts";
import { Field, type Palette } from "./field";
import { Icon } from "../../device/shapes";

interface Welcoming {
  readonly language: Language;
  readonly palette: Palette;
  readonly now: number;
  readonly online: boolean;
}

/** Nobody is on this phone and nobody is signed in. */
export function Welcome({ language, palette, now, online }: Welcoming) {
  const shown = { colour: "unknown", shape: palette.unknown?.shape ?? "ring", word: say(language, "welcomeWord"), sentence: "" };
  return (
    <section class="card" id="panel">
      <h1 class="hidden-text">{say(language, "title")}</h1>
      <Field shown={shown} now={now} language={language} />
      <div class="grey">
        <p class="grey-says">{say(language, online ? "welcomeSays" : "welcomeOffline")}</p>
        <a class="button is-main" href="/me/sign-in/?next=/code/">
          {say(language, "signIn")}
        </a>
        <p class="grey-note">{say(language, "neverRed")}</p>
      </div>
    </section>
  );
}

interface Choosing {
  readonly language: Language;
  /** Null while it is being asked for. */
  readonly offers: readonly Offer[] | null;
  /** The handle of the person who is being bound. */
  readonly binding: string | null;
  readonly problem: string;
  readonly put: (offer: Offer, transfer?: string) => void;
  /** Null where there is nothing to go back to. */
  readonly back: (() => void) | null;
}

/** The person who is signed in, and those they look after: each is put on this phone by a button of their own. */
export function Choose({ language, offers, binding, problem, put, back }: Choosing) {
  return (
    <section class="card" id="panel">
      <h1>{say(language, "chooseTitle")}</h1>
      <p class="muted">{say(language, "chooseSays")}</p>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {offers === null && !problem && <p role="status">{say(language, "loading")}</p>}
      {offers?.length === 0 && (
        <div class="grey">
          <p class="grey-says">{say(language, "nobody")}</p>
          <a class="button is-main" href="/me/self/declare/">
            {say(language, "declare")}
          </a>
        </div>
      )}
      <ul class="offers">
        {offers?.map((offer) => (
          <li key={offer.handle}>
            <span class="offer-who">
              <b>{offer.label}</b>
              <span class="muted">
                {say(language, offer.self ? "me" : "dependant")}
                {offer.here ? ` · ${say(language, "onThisPhone")}` : offer.elsewhere ? ` · ${say(language, "elsewhere")}` : ""}
              </span>
            </span>
            {!offer.here && (
              <button class="button is-main" type="button" disabled={binding !== null} onClick={() => put(offer)}>
                {say(language, binding === offer.handle ? "putting" : offer.elsewhere ? "moveHere" : "putHere")}
              </button>
            )}
          </li>
        ))}
      </ul>
      {offers && <Desk language={language} busy={binding !== null} put={put} />}
      <div class="actions">
        <a class="button" href="/me/family/add/">
          <Icon name="plus" /> {say(language, "family")}
        </a>
        {back && (
          <button class="button" type="button" onClick={back}>
            {say(language, "back")}
          </button>
        )}
      </div>
    </section>
  );
}

/** The way without a channel of one's own: ten signs from an issuing point that saw the document. */
function Desk({ language, busy, put }: { language: Language; busy: boolean; put: Choosing["put"] }) {
  const [code, setCode] = useState("");
  const bind = (event: Event): void => {
    event.preventDefault();
    const handle = `desk ${crypto.randomUUID()}`;
    put({ who: "desk", handle, label: "", self: false, here: false, elsewhere: false }, code.replace(/[\s-]/g, "").toUpperCase());
  };
  return (
    <details class="desk">
      <summary>{say(language, "desk")}</summary>
      <form onSubmit={bind}>
        <label for="desk-code">{say(language, "deskSays")}</label>
        <input
          id="desk-code"
          value={code}
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellcheck={false}
          maxLength={14}
          required
          onInput={(event) => setCode(event.currentTarget.value)}
        />
        <button class="button" disabled={busy}>
          {say(language, "deskBind")}
        </button>
      </form>
    </details>
  );
}

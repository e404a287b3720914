/** The offline desk's page: the bar with its ages, and the one screen that the clerk is on. */

import { useEffect, useRef, useState } from "preact/hooks";

import { OtherLanguage } from "../device/languages";
import { languageFor, LANGUAGES, tagOf } from "../device/messages";
import type { Desk } from "./engine";
import { type Problem, Trouble } from "./engine/types";
import type { Place } from "./places";
import { Declare } from "./screens/declaring";
import { Enrol, Ended, Pin, Unlock } from "./screens/entering";
import { Find, Issued, Refusal, Sign } from "./screens/issuing";
import { Blanks, Diary, Home, Route, Stubs } from "./screens/panels";
import { ages, type Given, ProblemNote } from "./screens/parts";
import { type Language, say } from "./texts";

const KEY = "yimatong-desk-language";

function firstLanguage(): Language {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept !== null && LANGUAGES.includes(kept)) return kept;
  } catch {
    // A browser that keeps nothing forgets the choice.
  }
  return languageFor(navigator.language);
}

export function App({ desk }: { desk: Desk }) {
  const [view, setView] = useState(desk.view);
  const [language, setLanguage] = useState(firstLanguage);
  const [place, setPlace] = useState<Place>({ at: "home" });
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => desk.subscribe(setView), [desk]);
  useEffect(() => {
    document.documentElement.lang = tagOf(language);
    document.title = say(language, "title");
    try {
      localStorage.setItem(KEY, language);
    } catch {
      // As above.
    }
  }, [language]);
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [place.at]);
  const asked = async (work: () => Promise<void>): Promise<void> => {
    setProblem(null);
    try {
      await work();
    } catch (flaw) {
      if (!(flaw instanceof Trouble)) throw flaw;
      setProblem(flaw.problem);
    }
  };
  const go = (next: Place): void => {
    setProblem(null);
    setPlace(next);
  };
  const given: Given = { desk, view, language, place, go, asked };
  return (
    <div class="shell" data-state={view.state} data-at={place.at}>
      <a class="skip" href="#main">
        {say(language, "skip")}
      </a>
      <header class="bar no-print">
        <span class="brand">
          <strong>{view.luggage?.point.title ?? say(language, "brand")}</strong>
        </span>
        <span class={`net ${view.online ? "is-on" : "is-off"}`} data-net={view.online ? "on" : "off"}>
          {say(language, view.online ? "online" : "offline")}
        </span>
        <span class="tools">
          {(view.state === "ready" || view.state === "over") && (
            <button class="tool" type="button" data-button="lock" onClick={() => void asked(() => desk.lock())}>
              {say(language, "lock")}
            </button>
          )}
          <OtherLanguage language={language} label={say(language, "language")} choose={setLanguage} />
        </span>
      </header>
      {view.state !== "empty" && (
        <p class="ages no-print" role="status" data-queued={view.queued}>
          {ages(view, language).map((words) => (
            <span key={words}>{words}</span>
          ))}
        </p>
      )}
      <main id="main" tabIndex={-1} ref={main}>
        {(problem ?? view.problem) && <ProblemNote problem={(problem ?? view.problem) as Problem} language={language} />}
        <Screen {...given} />
      </main>
    </div>
  );
}

function Screen(given: Given) {
  const { view, place } = given;
  switch (view.state) {
    case "empty":
    case "enrolling":
      return <Enrol {...given} />;
    case "pin":
      return <Pin {...given} />;
    case "locked":
      return <Unlock {...given} />;
    case "ready":
    case "over":
      break;
    default:
      return <Ended {...given} />;
  }
  switch (place.at) {
    case "find":
      return <Find {...given} />;
    case "sign":
      return <Sign {...given} handling={place.handling} />;
    case "issued":
      return <Issued {...given} handling={place.handling} handed={place.handed} />;
    case "refused":
      return <Refusal {...given} no={place.no} stored={place.stored} />;
    case "declare":
      return <Declare {...given} first={place.draft} />;
    case "route":
      return <Route {...given} />;
    case "stubs":
      return <Stubs {...given} />;
    case "blanks":
      return <Blanks {...given} />;
    case "diary":
      return <Diary {...given} />;
    default:
      return <Home {...given} />;
  }
}

/** The page: a bar, the people, the chosen person's screen, and the paper alternative under each. */

import { useEffect, useRef, useState } from "preact/hooks";

import { toldDrift } from "../device/cityTime";
import type { Keeper } from "./keeper";
import { type State, storedUntil } from "./state";
import { Languages } from "../device/languages";
import { tagOf } from "../device/messages";
import { type Language, say, told } from "./texts";
import { Card } from "./view/card";
import { Choose, Welcome } from "./view/choosing";
import type { Palette } from "./view/field";
import { People } from "./view/people";
import { SettingsDialog } from "./view/settings";
import { Icon, Logo } from "../device/shapes";

/** What the shell hands over. */
export interface Page {
  readonly palette: Palette;
  /** The city's root keys, in hexadecimal: whose trust list is believed. */
  readonly roots: readonly string[];
}

export function App({ keeper, page }: { keeper: Keeper; page: Page }) {
  const state = useKept(keeper);
  const now = useCityTime(keeper);
  const [open, setOpen] = useState(false);
  const { language, settings } = state;
  useEffect(() => {
    document.documentElement.lang = tagOf(language);
    document.documentElement.classList.toggle("is-large", settings.large);
    document.title = say(language, "title");
  }, [language, settings.large]);
  return (
    <>
      <a class="skip" href="#main">
        {say(language, "skip")}
      </a>
      <Bar language={language} choose={(chosen) => keeper.change({ language: chosen })} settings={() => setOpen(true)} />
      <main id="main" tabIndex={-1}>
        <Notices state={state} />
        <Screen keeper={keeper} state={state} now={now} page={page} />
        <Paper language={language} />
      </main>
      {open && (
        <SettingsDialog
          language={language}
          settings={settings}
          learned={state.learned}
          stored={storedUntil(state.people)}
          heard={keeper.lastHeard()}
          change={(change) => keeper.change(change)}
          forget={() => {
            setOpen(false);
            void keeper.forget();
          }}
          close={() => setOpen(false)}
        />
      )}
    </>
  );
}

function Screen({ keeper, state, now, page }: { keeper: Keeper; state: State; now: number; page: Page }) {
  const { language, people, chosen } = state;
  const swipe = useSwipe((step) => keeper.choose(chosen + step));
  if (!state.ready) return <p class="loading">{say(language, "loading")}</p>;
  if (state.choosing) {
    return (
      <Choose
        language={language}
        offers={state.offers}
        binding={state.binding}
        problem={state.problem ? say(language, "bindFailed", { why: told(state.problem, language) }) : ""}
        put={(offer, transfer) => void keeper.bind(offer, transfer)}
        back={people.length > 0 ? () => keeper.stopChoosing() : null}
      />
    );
  }
  const shown = people[chosen];
  if (!shown) return <Welcome language={language} palette={page.palette} now={now} online={state.online} />;
  const alone = people.length === 1;
  const add = (): void => void keeper.startChoosing();
  const tabs = people.map(({ person }) => ({ id: person.id, name: person.label, self: person.self }));
  return (
    <div {...swipe}>
      {!alone && <People tabs={tabs} chosen={chosen} choose={(place) => keeper.choose(place)} add={add} language={language} />}
      <Card
        key={shown.person.id}
        id={shown.person.id}
        place={chosen}
        alone={alone}
        label={shown.person.label}
        self={shown.person.self}
        face={keeper.faceOf(shown, now)}
        now={now}
        confirmed={keeper.confirmed(shown)}
        news={shown.person.news?.find(({ id }) => id > (shown.person.aside ?? 0)) ?? null}
        aside={(id) => void keeper.putAside(shown.person.id, id)}
        language={language}
        palette={page.palette}
        settings={state.settings}
        online={state.online}
        busy={state.busy}
        failed={state.failed}
        tried={state.tried}
        keyOf={keeper.keyOf}
        renew={() => void keeper.renew(true)}
        add={add}
        remove={() => void keeper.remove(shown.person.id)}
      />
    </div>
  );
}

interface InBar {
  readonly language: Language;
  readonly choose: (language: Language) => void;
  readonly settings: () => void;
}

function Bar({ language, choose, settings }: InBar) {
  const [brand, page] = say(language, "brand").split("|");
  return (
    <header class="bar">
      <span class="brand">
        <Logo />
        <span>
          <strong>{brand}</strong>
          <span class="brand-page">{page}</span>
        </span>
      </span>
      <Languages language={language} label={say(language, "language")} choose={choose} />
      <button class="round" type="button" onClick={settings} aria-label={say(language, "settings")}>
        <Icon name="settings" />
      </button>
    </header>
  );
}

function Notices({ state: { language, learned, unsure } }: { state: State }) {
  const minutes = toldDrift(learned);
  if (!unsure && minutes === null) return null;
  const words = unsure
    ? say(language, "clockUnsure")
    : say(language, (minutes ?? 0) > 0 ? "clockSlow" : "clockFast", { minutes: Math.abs(minutes ?? 0) });
  return (
    <p class="notice" role="status">
      <Icon name="clock" /> <span>{words}</span>
    </p>
  );
}

function Paper({ language }: { language: Language }) {
  return (
    <aside class="paper" aria-label={say(language, "paperTitle")}>
      <Icon name="paper" />
      <p>
        <b>{say(language, "paperTitle")}</b> {say(language, "paperSays")}{" "}
        <a href="/me/points/">{say(language, "paperWhere")}</a>
      </p>
    </aside>
  );
}

function useKept(keeper: Keeper): State {
  const [state, setState] = useState(keeper.state);
  useEffect(() => {
    setState(keeper.state);
    return keeper.subscribe(setState);
  }, [keeper]);
  return state;
}

/** City time in ms, anew at each full second while the page is seen. */
function useCityTime(keeper: Keeper): number {
  const [now, setNow] = useState(() => keeper.now());
  useEffect(() => {
    let timer = 0;
    const tick = (): void => {
      const at = keeper.now();
      setNow(at);
      timer = window.setTimeout(tick, 1000 - (((at % 1000) + 1000) % 1000));
    };
    const seen = (): void => {
      window.clearTimeout(timer);
      if (!document.hidden) tick();
    };
    seen();
    document.addEventListener("visibilitychange", seen);
    const stop = keeper.subscribe(seen);
    return () => {
      window.clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
      stop();
    };
  }, [keeper]);
  return now;
}

const LEAST_SWIPE = 60;

/** A finger drawn sideways across the card goes to the next person. */
function useSwipe(go: (step: number) => void) {
  const start = useRef<{ x: number; y: number } | null>(null);
  return {
    onTouchStart: (event: TouchEvent): void => {
      const [touch] = event.touches;
      start.current = touch && event.touches.length === 1 ? { x: touch.clientX, y: touch.clientY } : null;
    },
    onTouchEnd: (event: TouchEvent): void => {
      const [touch] = event.changedTouches;
      if (!start.current || !touch) return;
      const [across, down] = [touch.clientX - start.current.x, touch.clientY - start.current.y];
      if (Math.abs(across) > LEAST_SWIPE && Math.abs(across) > 2 * Math.abs(down)) go(across < 0 ? 1 : -1);
      start.current = null;
    },
  };
}

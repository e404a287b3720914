/** The people on this phone, as tabs: number, name and a colour bar of their own, which is never a code's colour. */

import { type Language, say } from "../texts";

export interface Tab {
  readonly id: string;
  readonly name: string;
  readonly self: boolean;
}

/** How many colours people have; see tokens.css. */
export const BARS = 6;
export const barOf = (place: number): string => `bar-${place % BARS}`;

interface Given {
  readonly tabs: readonly Tab[];
  readonly chosen: number;
  readonly choose: (place: number) => void;
  readonly add: () => void;
  readonly language: Language;
}

export function People({ tabs, chosen, choose, add, language }: Given) {
  const moved = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    if (!step) return;
    event.preventDefault();
    const next = (chosen + step + tabs.length) % tabs.length;
    choose(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <nav class="people" aria-label={say(language, "people")}>
      <div class="people-tabs" role="tablist" aria-label={say(language, "people")} onKeyDown={moved}>
        {tabs.map((tab, place) => (
          <button
            key={tab.id}
            id={`tab-${place}`}
            class={`person ${barOf(place)}`}
            role="tab"
            type="button"
            aria-selected={place === chosen}
            aria-controls="panel"
            tabIndex={place === chosen ? 0 : -1}
            onClick={() => choose(place)}
          >
            <span class="person-place" aria-hidden="true">
              {place + 1}
            </span>
            <span>{tab.self ? say(language, "me") : tab.name}</span>
          </button>
        ))}
      </div>
      <button class="person-add" type="button" onClick={add} aria-label={say(language, "addPerson")}>
        +
      </button>
    </nav>
  );
}

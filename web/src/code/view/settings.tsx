/** Settings, and what this phone holds. A dialog, so that the code stays where it is. */

import { useEffect, useRef, useState } from "preact/hooks";

import type { Learned } from "../../device/cityTime";
import type { Settings } from "../kept";
import { type Language, moment, type Name, say } from "../texts";
import { Icon } from "../../device/shapes";

interface Given {
  readonly language: Language;
  readonly settings: Settings;
  readonly learned: Learned;
  /** Until when passes are stored (ms of city time); 0: none. */
  readonly stored: number;
  /** When the server was last heard (ms of city time); 0: never. */
  readonly heard: number;
  readonly change: (change: Partial<Settings>) => void;
  readonly forget: () => void;
  readonly close: () => void;
}

const SWITCHES = [
  ["large", "bigger", "biggerSays"],
  ["sound", "sound", "soundSays"],
  ["vibration", "vibration", "vibrationSays"],
] as const satisfies readonly (readonly [keyof Settings, Name, Name])[];

export function SettingsDialog({ language, settings, learned, stored, heard, change, forget, close }: Given) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [sure, setSure] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const told = (at: number): string => (at ? moment(language, at) : say(language, "never"));
  return (
    <dialog class="sheet" ref={dialog} onClose={close} aria-labelledby="settings-title">
      <header class="sheet-head">
        <h2 id="settings-title">{say(language, "settings")}</h2>
        <button class="round" type="button" onClick={() => dialog.current?.close()} aria-label={say(language, "close")}>
          <Icon name="close" />
        </button>
      </header>
      {SWITCHES.map(([key, name, why]) => (
        <label class="switch" key={key}>
          <span>
            <b>{say(language, name)}</b>
            <span class="muted">{say(language, why)}</span>
          </span>
          <input
            type="checkbox"
            role="switch"
            name={key}
            checked={settings[key]}
            onChange={(event) => change({ [key]: event.currentTarget.checked })}
          />
        </label>
      ))}
      <h3>{say(language, "about")}</h3>
      <dl class="facts">
        <dt>{say(language, "aboutDays")}</dt>
        <dd>{stored ? say(language, "aboutDaysValue", { until: moment(language, stored) }) : say(language, "never")}</dd>
        <dt>{say(language, "aboutClock")}</dt>
        <dd>{learned.at ? say(language, "aboutClockValue", { seconds: Math.round(-learned.drift / 1000) }) : say(language, "never")}</dd>
        <dt>{say(language, "aboutChecked")}</dt>
        <dd>{told(heard)}</dd>
      </dl>
      <p class="muted">{say(language, "privacy")}</p>
      {sure ? (
        <div class="sure" role="alertdialog" aria-label={say(language, "forgetSure")}>
          <p>
            <b>{say(language, "forgetSure")}</b> {say(language, "forgetSays")}
          </p>
          <div class="actions">
            <button class="button is-danger" type="button" onClick={forget}>
              {say(language, "yesForget")}
            </button>
            <button class="button" type="button" onClick={() => setSure(false)}>
              {say(language, "no")}
            </button>
          </div>
        </div>
      ) : (
        <button class="button is-wide" type="button" onClick={() => setSure(true)}>
          {say(language, "forget")}
        </button>
      )}
    </dialog>
  );
}

/** What the guard chose for the screen; kept in this browser, and of no person. */

import { type Language, languageFor, LANGUAGES } from "../device/messages";

export interface Settings {
  readonly language: Language;
  readonly large: boolean;
  readonly sound: boolean;
  readonly vibration: boolean;
}

const KEY = "yimatong-scan-screen";

/** What was chosen last; by the browser's language where nothing was. */
export function readSettings(): Settings {
  const first: Settings = { language: languageFor(navigator.language), large: false, sound: true, vibration: true };
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Settings>;
    const language = LANGUAGES.find((one) => one === kept.language) ?? first.language;
    return { language, large: kept.large ?? first.large, sound: kept.sound ?? first.sound, vibration: kept.vibration ?? first.vibration };
  } catch {
    return first;
  }
}

export function keepSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // A browser that keeps nothing forgets the choice when it is closed.
  }
}

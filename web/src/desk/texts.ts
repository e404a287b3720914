/** The sentences of the offline desk. They work without a server, so they carry both languages; a test holds them equal. */

import { localTime } from "../device/calendar";
import type { Words } from "./engine/types";
import { en } from "./texts/en";
import { type Name, zh } from "./texts/zh";

export type { Name };
export type Language = "zh" | "en";
export const TEXTS: Record<Language, Record<Name, string>> = { zh, en };

/** A sentence with its gaps filled. */
export function say(language: Language, name: Name, gaps: Readonly<Record<string, string | number>> = {}): string {
  return TEXTS[language][name].replace(/\{(\w+)\}/g, (whole, gap: string) => String(gaps[gap] ?? whole));
}

export const told = (words: Words | undefined | null, language: Language): string => words?.[language] ?? "";
/** `14:05` of city time (seconds). */
export const clockTime = (at: number): string => localTime(at).slice(11, 16);
/** `2020-02-20` of city time (seconds). */
export const dayOf = (at: number): string => localTime(at).slice(0, 10);
/** `02-20 14:05` of city time (seconds). */
export const shortTime = (at: number): string => localTime(at).slice(5, 16).replace("T", " ");

/** How long ago, in words; null: never. */
export function ago(language: Language, seconds: number | null): string {
  if (seconds === null) return say(language, "none");
  if (seconds < 120) return say(language, "now");
  if (seconds < 2 * 3600) return say(language, "minutes", { count: Math.floor(seconds / 60) });
  if (seconds < 48 * 3600) return say(language, "hours", { count: Math.floor(seconds / 3600) });
  return say(language, "days", { count: Math.floor(seconds / 86_400) });
}

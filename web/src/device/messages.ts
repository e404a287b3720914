/**
 * What the pages say. A message is written in English where it is used and marked by `_`; the catalogues of all of the product
 * (src/yimatong/locale) translate it, and set-up writes of them what the browser says (tools/messages.py).
 *
 * Languages are tags of BCP 47 (`zh`, `en`, `bo`); `zh` is simplified Chinese. What a language lacks is told in Chinese.
 */

import installed from "../../generated/messages.json";
import type { Words } from "../checkpoints";

export type { Words };
export type Language = string;
export type Gaps = Readonly<Record<string, string | number>>;

const SOURCE = "en";
const DEFAULT = "zh";
/** Between a context and its message, as in gettext. */
const OF = "\u0004";

/** The own name of each language that the product speaks: Chinese, English, then what else has a catalogue. */
export const NAMES: Readonly<Record<Language, string>> = installed.names;
export const LANGUAGES: readonly Language[] = Object.keys(NAMES);
const CATALOGUES: Readonly<Record<Language, Readonly<Record<string, string>>>> = installed.messages;

/** Marks a message. */
export const _ = (english: string): string => english;
/** Marks a message whose English has several meanings: the context tells them apart. */
export const _p = (context: string, english: string): string => `${context}${OF}${english}`;

/** A tag and what it lies in: `zh-hant-hk`, `zh-hant`, `zh`. */
function wider(language: Language): Language[] {
  const parts = language.replaceAll("_", "-").toLowerCase().split("-");
  return parts.map((_part, at) => parts.slice(0, parts.length - at).join("-"));
}

/** The installed language for a tag, such as the browser's own; English where there is none. */
export const languageFor = (tag: string): Language => wider(tag).find((one) => LANGUAGES.includes(one)) ?? SOURCE;

/** The tag as pages and cookies have it. */
export const tagOf = (language: Language): string => (language === DEFAULT ? "zh-Hans" : language);

/** The language that is told beside another where both are wanted: English beside Chinese, Chinese beside the rest. */
export const besides = (language: Language): Language => (language === DEFAULT ? SOURCE : DEFAULT);

/** A message in a language, its gaps filled. */
export function translate(language: Language, message: string, gaps: Gaps = {}): string {
  return translation(language, message).replace(/\{(\w+)\}/g, (whole, gap: string) => String(gaps[gap] ?? whole));
}

function translation(language: Language, message: string): string {
  for (const tag of [...wider(language), DEFAULT]) {
    if (tag === SOURCE) break;
    const words = CATALOGUES[tag]?.[message];
    if (words) return words;
  }
  return message.slice(message.indexOf(OF) + 1);
}

/** What is made of words by language, in each language that the product speaks. */
export const inEach = (words: (language: Language) => string): Words => Object.fromEntries(LANGUAGES.map((language) => [language, words(language)]));
/** A message in each of them. */
export const inAll = (message: string): Words => inEach((language) => translate(language, message));

/** What a policy, the server or the engine says, in a language or what there is of it. */
export function told(words: Words | undefined | null, language: Language): string {
  if (!words) return "";
  const tag = [...wider(language), DEFAULT, SOURCE].find((one) => words[one] !== undefined);
  return (tag ? words[tag] : Object.values(words)[0]) ?? "";
}

/** How a page tells its sentences, by their names. */
export const sayer =
  <Name extends string>(texts: Readonly<Record<Name, string>>) =>
  (language: Language, name: Name, gaps: Gaps = {}): string =>
    translate(language, texts[name], gaps);

/** How a page tells how long ago something was; null: there is none. */
export const agoBy =
  (say: (language: Language, name: "none" | "now" | "minutes" | "hours" | "days", gaps?: Gaps) => string) =>
  (language: Language, seconds: number | null): string => {
    if (seconds === null) return say(language, "none");
    if (seconds < 120) return say(language, "now");
    if (seconds < 2 * 3600) return say(language, "minutes", { count: Math.floor(seconds / 60) });
    if (seconds < 48 * 3600) return say(language, "hours", { count: Math.floor(seconds / 3600) });
    return say(language, "days", { count: Math.floor(seconds / 86_400) });
  };

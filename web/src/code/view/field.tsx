/** The colour field: colour, word, shape, pattern and a clock that moves, so that a picture of it gives itself away. */

import type { Words } from "../../device/messages";
import type { Face } from "../face";
import { clockTime, dayInWords, type Language, moment, type Name, say, told } from "../texts";
import { Shape } from "../../device/shapes";

/** How the policy shows a colour. */
export interface Swatch {
  readonly shape: string;
  readonly word: Words;
}
export type Palette = Readonly<Record<string, Swatch>>;

/** What stands on the field: the colour's name, its word, and for grey the sentence under it. */
export interface Said {
  readonly colour: string;
  readonly shape: string;
  readonly word: string;
  readonly sentence: string;
}

const GREY: Readonly<Record<string, readonly [Name, Name]>> = {
  stale: ["staleWord", "staleSays"],
  early: ["earlyWord", "earlySays"],
  renewing: ["renewingWord", "renewingSays"],
  waiting: ["waitingWord", "waitingSays"],
  "not-judged": ["notJudgedWord", "notJudgedSays"],
  moved: ["movedWord", "movedSays"],
  ended: ["endedWord", "endedSays"],
};

/** Only a valid pass has a colour; everything else is grey. */
export function said(face: Face, palette: Palette, language: Language): Said {
  if (face.kind === "valid") {
    const { colour } = face.held.claims;
    const swatch = palette[colour];
    return { colour, shape: swatch?.shape ?? "square", word: told(swatch?.word, language) || colour, sentence: "" };
  }
  const grey = { colour: "unknown", shape: palette.unknown?.shape ?? "ring" };
  if (face.kind === "training") return { ...grey, word: say(language, "training"), sentence: "" };
  const [word, sentence] = GREY[face.kind] ?? ["unknown", "waitingSays"];
  const at = face.kind === "stale" ? face.since : face.kind === "early" ? face.from : 0;
  const gaps = { since: moment(language, at * 1000), from: moment(language, at * 1000) };
  return { ...grey, word: say(language, word), sentence: say(language, sentence, gaps) };
}

/** `now` in ms of city time. */
export function Field({ shown, now, language }: { shown: Said; now: number; language: Language }) {
  const [hours, minutes, seconds] = clockTime(now).split(":");
  return (
    <div class={`field is-${shown.colour}`} data-colour={shown.colour}>
      <div class="field-band" aria-hidden="true" />
      <div class="field-main">
        <Shape name={shown.shape} colour={shown.colour} />
        <p class="field-word" id="colour-word">
          {shown.word}
        </p>
      </div>
      <div class="field-clock">
        <p class="hidden-text">{say(language, "clockNow")}</p>
        <time class="clock" role="timer" aria-live="off">
          {hours}:{minutes}
          <span class="clock-seconds">:{seconds}</span>
        </time>
        <span class="clock-day">{dayInWords(language, now)}</span>
        <span class={`beat ${Math.floor(now / 1000) % 2 ? "is-odd" : ""}`} aria-hidden="true" />
      </div>
      <div class="field-band" aria-hidden="true" />
    </div>
  );
}

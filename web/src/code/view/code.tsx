/** The QR code of a valid pass, signed anew every few seconds, and what a person at the gate compares. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { word as wordAt, type Word } from "../../credential/words";
import type { Held } from "../face";
import { drawQr, QUIET } from "../../device/qr";
import { EVERY, isDue, type Shown, signShown } from "../signing";
import { type Language, say, told } from "../texts";

interface Given {
  readonly held: Held;
  /** Seconds of city time. */
  readonly now: number;
  readonly language: Language;
  readonly colour: string;
  readonly keyOf: (name: string) => Promise<CryptoKey | null>;
}

export function Code({ held, now, language, colour, keyOf }: Given) {
  const shown = useSigned(held, now, keyOf);
  const label = say(language, "qrLabel", { name: held.claims.name, colour });
  const drawing = useMemo(() => (shown ? drawQr(shown.text) : null), [shown]);
  if (!shown || !drawing) return <div class="qr is-empty" role="img" aria-label={label} />;
  const { size, path } = drawing;
  const side = size + 2 * QUIET;
  return (
    <div class="qr">
      <svg role="img" aria-label={label} viewBox={`0 0 ${side} ${side}`} shape-rendering="crispEdges" data-at={shown.at}>
        <path class="qr-ground" d={`M0 0h${side}v${side}H0z`} />
        <path class="qr-dark" d={path} />
      </svg>
      <div class="qr-age" key={shown.at} data-every={EVERY} aria-hidden="true" />
    </div>
  );
}

/** The newest signed text; nothing is shown before the first signature, and nothing older than it may be. */
function useSigned(held: Held, now: number, keyOf: Given["keyOf"]): Shown | null {
  const [shown, setShown] = useState<Shown | null>(null);
  const busy = useRef(false);
  useEffect(() => {
    if (busy.current || !isDue(shown, held, now)) return;
    busy.current = true;
    void keyOf(held.key)
      .then((key) => (key ? signShown(held, now, key) : null))
      .then(setShown)
      .finally(() => {
        busy.current = false;
      });
  }, [held, now, shown, keyOf]);
  return shown?.pass === held.pass ? shown : null;
}

/** The word that the scanner's screen must show too. */
export function CheckWord({ held, now, language }: Pick<Given, "held" | "now" | "language">) {
  const [found, setFound] = useState<Word | null>(null);
  const turn = Math.floor(now / 30);
  useEffect(() => {
    let current = true;
    if (held.secret) void wordAt(held.secret, turn * 30).then((word) => current && setFound(word));
    return () => {
      current = false;
    };
  }, [held.secret, turn]);
  if (!held.secret || !found) return null;
  return (
    <div class="check">
      <span class="check-label">{say(language, "word")}</span>
      <strong class="check-word" data-word={found.zh}>
        {told(found, language)}
      </strong>
      <span class="check-why">{say(language, "wordWhy")}</span>
    </div>
  );
}

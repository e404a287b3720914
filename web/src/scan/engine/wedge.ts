/** A USB scanner is a keyboard that types very fast and ends with Enter. What it types is a code; what people type is left alone. */

/** ms between two keys of a scanner at most; people are slower. */
const FAST = 60;
const LEAST_SIGNS = 8;
const MOST_SIGNS = 4_096;

export interface Key {
  readonly key: string;
  readonly at: number;
  /** In a field that somebody writes in, or with a modifier: not a scanner's. */
  readonly elsewhere: boolean;
}

/** Collects keys; answers the text when Enter ends one that came fast enough. */
export class Typed {
  private text = "";
  private last = 0;

  /** Whether these keys are a scanner's: they may then press no button and scroll nothing. */
  get running(): boolean {
    return this.text.length > 2;
  }

  press({ key, at, elsewhere }: Key): string | null {
    const slow = at - this.last > FAST;
    this.last = at;
    if (elsewhere || (slow && key !== "Enter")) this.text = "";
    if (elsewhere) return null;
    if (key === "Enter") {
      const text = slow ? "" : this.text;
      this.text = "";
      return text.length >= LEAST_SIGNS ? text : null;
    }
    if (key.length === 1 && this.text.length < MOST_SIGNS) this.text += key;
    return null;
  }
}

/** Listens on the whole page; the answer ends that. */
export function wedge(onText: (text: string) => void): () => void {
  const typed = new Typed();
  const pressed = (event: KeyboardEvent): void => {
    const into = event.target instanceof HTMLElement ? event.target : null;
    const field = into?.closest("input, textarea, select, [contenteditable]") ?? null;
    const elsewhere = field !== null || event.ctrlKey || event.altKey || event.metaKey;
    const text = typed.press({ key: event.key, at: event.timeStamp, elsewhere });
    if (text === null && !typed.running) return;
    event.preventDefault();
    event.stopPropagation();
    if (text !== null) onText(text);
  };
  document.addEventListener("keydown", pressed, true);
  return () => document.removeEventListener("keydown", pressed, true);
}

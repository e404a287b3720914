/** Reads words aloud with the phone's own voice; false where it has none. */
export function speak(words: string, language: string): boolean {
  const voice = globalThis.speechSynthesis;
  if (!voice) return false;
  voice.cancel();
  const said = new SpeechSynthesisUtterance(words);
  said.lang = regional(language);
  said.rate = 0.85;
  voice.speak(said);
  return true;
}

/** A language as voices and calendars know it. */
export function regional(language: string): string {
  const [main = ""] = language.split("-");
  return { zh: "zh-CN", en: "en-GB" }[main] ?? language;
}

/** Reads words aloud with the phone's own voice; false where it has none. */
export function speak(words: string, language: "zh" | "en"): boolean {
  const voice = globalThis.speechSynthesis;
  if (!voice) return false;
  voice.cancel();
  const said = new SpeechSynthesisUtterance(words);
  said.lang = language === "zh" ? "zh-CN" : "en-GB";
  said.rate = 0.85;
  voice.speak(said);
  return true;
}

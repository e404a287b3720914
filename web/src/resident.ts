/** What every page of a resident runs: parts that change in place, and reading aloud. Everything works without it too. */
import "htmx.org";

import { speak } from "./device/speaking";

document.documentElement.classList.add("has-script");

/** In large print a button reads the page; pressed again, or on another page, the voice is silent. */
const button = document.querySelector<HTMLButtonElement>("[data-read-aloud]");
const voice = globalThis.speechSynthesis;
if (button && voice) {
  button.hidden = false;
  button.addEventListener("click", () => {
    if (voice.speaking) return voice.cancel();
    const words = document.getElementById("main")?.innerText ?? "";
    speak(words, document.documentElement.lang);
  });
  window.addEventListener("pagehide", () => voice.cancel());
}

/** Starts the code page: what the phone holds is on the screen before anything is asked of the server. */

import { render } from "preact";

import { fromHex } from "../credential/bytes";
import { languageFor, tagOf } from "../device/messages";
import { keepAwake } from "./alerts";
import { App, type Page } from "./app";
import { Keeper, type World } from "./keeper";
import { phoneServer } from "./server";
import { Store } from "./store";
import type { Settings } from "./kept";
import { say } from "./texts";

const world: World = {
  time: () => Date.now(),
  chance: () => Math.random(),
  isSeen: () => !document.hidden,
  expecting: () => /(?:^|; )yimatong-news=1/.test(document.cookie),
  later: (seconds, then) => void window.setTimeout(then, Math.min(seconds, 86_400) * 1000),
};

/** What was chosen last, here or on the pages under /me/: both keep it in the same cookies. */
function chosen(): Partial<Settings> {
  const language = /(?:^|; )django_language=([\w-]+)/.exec(document.cookie)?.[1];
  const large = /(?:^|; )yimatong-large=([01])/.exec(document.cookie)?.[1];
  return { ...(language && { language: languageFor(language) }), ...(large && { large: large === "1" }) };
}

/** The pages under /me/ follow what is chosen here: Django's own cookie for the language, theirs for large print. */
function tellPages({ language, large }: Settings): void {
  const kept = `; path=/; max-age=31536000; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  if (language) document.cookie = `django_language=${tagOf(language).toLowerCase()}${kept}`;
  document.cookie = `yimatong-large=${large ? 1 : 0}${kept}`;
}

async function start(): Promise<void> {
  const [box, data] = [document.getElementById("app"), document.getElementById("page")];
  if (!box || !data) return;
  const page = JSON.parse(data.textContent) as Page;
  const language = chosen().language ?? languageFor(navigator.languages[0] ?? "zh");
  const store = await Store.open().catch(() => null);
  if (!store) return render(<p class="notice">{say(language, "noStore")}</p>, box);
  const keeper = new Keeper(store, phoneServer(), world, language, page.roots.map(fromHex));
  let told = keeper.state.settings;
  keeper.subscribe(({ ready, settings }) => {
    if (ready && settings !== told) tellPages(settings);
    told = settings;
  });
  render(<App keeper={keeper} page={page} />, box);
  window.addEventListener("online", () => void keeper.networkCame());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    void keepAwake();
    void keeper.seen();
  });
  void keepAwake();
  // The browser may throw away what a page stored when space runs out, unless it is asked not to.
  void navigator.storage?.persist?.();
  await keeper.start(chosen());
}

/** The script of the worker may come from the browser's own cache for half a day: opening the page asks the application nothing. */
function keepOffline(): void {
  void navigator.serviceWorker?.register("/code/sw.js", { scope: "/code/", updateViaCache: "all" });
}

void start();
keepOffline();

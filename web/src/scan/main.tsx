/** Starts the scanner: the engine first, then the screens on it. */

import { render } from "preact";

import { App } from "./app";
import { openEngine } from "./engine";
import { type Engine, type Problem, Trouble } from "./engine/types";
import { ProblemNote } from "./screens/parts";
import { Session } from "./session";
import { readSettings } from "./settings";

async function start(): Promise<void> {
  const box = document.getElementById("app");
  if (!box) return;
  const settings = readSettings();
  const engine = await openEngine().catch((flaw: unknown) => told(flaw));
  box.replaceChildren();
  if ("code" in engine) return render(<ProblemNote problem={engine} language={settings.language} />, box);
  render(<App session={new Session(engine, settings)} />, box);
  void keepAwake();
  void navigator.serviceWorker?.register("/scan/sw.js", { scope: "/scan/", updateViaCache: "all" });
}

function told(flaw: unknown): Problem | Engine {
  if (flaw instanceof Trouble) return flaw.problem;
  throw flaw;
}

/** A scanner that goes dark between two people costs a tap each time. */
async function keepAwake(): Promise<void> {
  const ask = async (): Promise<void> => {
    if (document.hidden) return;
    await navigator.wakeLock?.request("screen").catch(() => undefined);
  };
  document.addEventListener("visibilitychange", () => void ask());
  await ask();
}

void start();

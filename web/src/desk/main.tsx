/** Starts the offline desk: the engine first, then the screens on it. */

import { render } from "preact";

import { App } from "./app";
import { openDesk } from "./engine";
import { Trouble } from "./engine/types";
import { ProblemNote } from "./screens/parts";

async function start(): Promise<void> {
  const box = document.getElementById("app");
  if (!box) return;
  const desk = await openDesk().catch((flaw: unknown) => {
    if (flaw instanceof Trouble) return flaw.problem;
    throw flaw;
  });
  box.replaceChildren();
  if ("code" in desk) return render(<ProblemNote problem={desk} language="zh" />, box);
  render(<App desk={desk} />, box);
  void navigator.serviceWorker?.register("/desk/app/sw.js", { scope: "/desk/app/", updateViaCache: "all" });
}

void start();

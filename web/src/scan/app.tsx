/** The scanner's page: the bar, the ages, and the one screen that the guard is on. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import type { View } from "./engine/types";
import type { Session, Shown } from "./session";
import { Apply } from "./screens/applying";
import { Ask, Check, Decided, Recording, Refuse, Unstored } from "./screens/deciding";
import { Unattended } from "./screens/gate";
import { BeginShift, Enrol, Standstill } from "./screens/entering";
import { Complain, Covered, HandOver, OwnPhone, Slip } from "./screens/forms";
import { Banners, Bar, Strip } from "./screens/frame";
import { Panels, ShiftOver } from "./screens/panels";
import { type Given, ProblemNote } from "./screens/parts";
import { Eye, LookUp, NoCode, UnderEye } from "./screens/scanning";
import { tagOf } from "../device/messages";
import { say } from "./texts";

export function App({ session }: { session: Session }) {
  const view = useView(session);
  const shown = useShown(session);
  const { language, large } = shown.settings;
  useEffect(() => {
    document.documentElement.lang = tagOf(language);
    document.documentElement.classList.toggle("is-large", large);
    document.title = say(language, "title");
  }, [language, large]);
  useInput(session);
  useTop(`${shown.flow.step.at} ${shown.panel}`);
  const given: Given = { session, view, shown, language };
  const enrolled = view.state !== "empty" && view.state !== "enrolling";
  return (
    <div class="shell" data-state={view.state} data-at={view.guard ? shown.flow.step.at : "duty"} data-gate={session.unattended ? "alone" : view.gate ? "attended" : "none"}>
      <a class="skip" href="#main">
        {say(language, "skip")}
      </a>
      <Bar {...given} />
      {enrolled && <Strip {...given} />}
      {enrolled && <Banners {...given} />}
      <main id="main" tabIndex={-1}>
        {enrolled && shown.problem && <ProblemNote problem={shown.problem} language={language} dismiss={() => session.dismiss()} />}
        <Screen {...given} />
      </main>
    </div>
  );
}

function Screen(given: Given) {
  const { session, view, shown } = given;
  if (view.state === "empty" || view.state === "enrolling" || shown.entering) return <Enrol {...given} />;
  if (session.unattended) return <Unattended {...given} />;
  if (shown.panel) return <Panels {...given} panel={shown.panel} />;
  if (view.state !== "ready" && shown.flow.step.at === "scan") return <Standstill {...given} />;
  if (shown.report) return <ShiftOver {...given} report={shown.report} />;
  if (!view.guard) return <BeginShift {...given} />;
  const { step, covered } = shown.flow;
  return (
    <>
      {covered && <Covered {...given} />}
      {!covered && SEEING.includes(step.at) && <Eye {...given} seen={step.at === "scan"} />}
      <div class="step" hidden={covered}>
        <Step {...given} />
      </div>
    </>
  );
}

/** The screens on which the camera runs, seen or not. */
const SEEING: readonly string[] = ["scan", "check", "ask", "recording", "decision", "no_code"];

function Step(given: Given) {
  const { step } = given.shown.flow;
  switch (step.at) {
    case "scan":
      return <UnderEye {...given} />;
    case "no_code":
      return <NoCode {...given} />;
    case "look_up":
      return <LookUp {...given} />;
    case "check":
      return <Check {...given} step={step} />;
    case "ask":
      return <Ask {...given} step={step} />;
    case "recording":
      return <Recording {...given} />;
    case "unstored":
      return <Unstored {...given} step={step} />;
    case "decision":
      return <Decided {...given} step={step} />;
    case "hand_over":
      return <HandOver {...given} step={step} />;
    case "own_phone":
      return <OwnPhone {...given} />;
    case "refuse":
      return <Refuse {...given} step={step} />;
    case "apply":
      return <Apply {...given} step={step} />;
    case "slip":
      return <Slip {...given} step={step} />;
    case "complain":
      return <Complain {...given} step={step} />;
    case "called":
      return <Unattended {...given} />;
  }
}

function useView(session: Session): View {
  const [view, setView] = useState(() => session.engine.view());
  useEffect(() => {
    setView(session.engine.view());
    return session.engine.subscribe(setView);
  }, [session]);
  return view;
}

function useShown(session: Session): Shown {
  const [shown, setShown] = useState(session.shown);
  useEffect(() => {
    setShown(session.shown);
    return session.subscribe(() => setShown(session.shown));
  }, [session]);
  return shown;
}

/** A new screen is read and walked through from its top, not from the button that is gone. */
function useTop(screen: string): void {
  const before = useRef(screen);
  useEffect(() => {
    if (before.current === screen) return;
    before.current = screen;
    window.scrollTo(0, 0);
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [screen]);
}

/** Hand scanners, digits of a keyboard for the temperature, and every touch, which begins the minute of privacy anew. */
function useInput(session: Session): void {
  useLayoutEffect(() => {
    const stop = session.engine.wedge((text) => void session.read(text, "wedge"));
    const touched = (): void => session.touched();
    const typed = (event: KeyboardEvent): void => {
      touched();
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement || event.ctrlKey || event.metaKey) return;
      if (/^\d$/.test(event.key)) session.send({ type: "key", digit: Number(event.key) });
      if (event.key === "Backspace") session.send({ type: "erase" });
    };
    document.addEventListener("pointerdown", touched);
    document.addEventListener("keydown", typed);
    return () => {
      stop();
      document.removeEventListener("pointerdown", touched);
      document.removeEventListener("keydown", typed);
    };
  }, [session]);
}

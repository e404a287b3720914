/** The unattended gate: what travellers see while no guard stands at the screen, and the guard's page that begins and ends it. */

import { useState } from "preact/hooks";

import { besides, tagOf } from "../../device/messages";
import { isPin } from "../engine/unattended";
import { readingIn, type Step } from "../flow";
import { type Language, type Name, say, told } from "../texts";
import { Button, Field, type Given, Input, lookOf } from "./parts";
import { Eye } from "./scanning";

/** For travellers: both languages at once, the screen's own first and large. */
function Both({ name, language }: { name: Name; language: Language }) {
  const other = besides(language);
  return (
    <p class="both" lang={tagOf(other)}>
      {say(other, name)}
    </p>
  );
}

interface Sign {
  readonly name: Name;
  readonly look: string;
  readonly shape: string;
}

/** What a step looks like to travellers, and nothing else of the device is for them: green opens, everything else is neutral, so that nobody behind them reads a colour. */
function signOf(step: Step, given: Given): Sign {
  const { view, session } = given;
  switch (step.at) {
    case "check":
      return { name: readingIn(step, session.rules.feverTenths) === "empty" ? "gateMeasure" : "gateMeasureAgain", look: "task", shape: "hexagon" };
    case "decision":
      if (step.decision.action === "release") return { name: "gateGo", look: lookOf("green", view), shape: view.policy?.palette["green"]?.shape ?? "circle" };
      return { name: "gateShowAgain", look: "unknown", shape: "ring" };
    case "called":
      return { name: "gateWait", look: "task", shape: "hexagon" };
    default:
      return { name: "gateStoring", look: "unknown", shape: "ring" };
  }
}

export function Unattended(given: Given) {
  const { session, shown } = given;
  const [asking, setAsking] = useState(false);
  const looking = !asking && shown.flow.step.at === "scan" && session.canBeAlone;
  const ask = (): void => setAsking(true);
  return (
    <>
      {session.canBeAlone && <Eye {...given} seen={looking} alone />}
      <div class="step">
        {asking ? <Pin {...given} close={() => setAsking(false)} /> : looking ? <Show {...given} ask={ask} /> : <Told {...given} ask={ask} />}
      </div>
    </>
  );
}

const Guard = ({ language, ask }: Given & { ask: () => void }) => (
  <Button onClick={ask} id="guard">
    {say(language, "gateGuard")}
  </Button>
);

function Show(given: Given & { ask: () => void }) {
  const { language } = given;
  return (
    <div class="under is-gate">
      <h1 class="prompt">{say(language, "gateShow")}</h1>
      <Both name="gateShow" language={language} />
      <p>{say(language, "gateOthers")}</p>
      <Both name="gateOthers" language={language} />
      <Guard {...given} />
    </div>
  );
}

function Told(given: Given & { ask: () => void }) {
  const { shown, view, language } = given;
  const { step } = shown.flow;
  const sign: Sign = step.at === "scan" ? { name: "gateClosed", look: "unknown", shape: "ring" } : signOf(step, given);
  const why = sign.name === "gateShowAgain" && step.at === "decision" ? step.traveller.scanned.told : null;
  return (
    <div class="work is-decided is-gate">
      <Field view={view} verdict="nothing" language={language} word={say(language, sign.name)} look={sign.look} shape={sign.shape}>
        <Both name={sign.name} language={language} />
        {why && (
          <p class="why">
            {told(why.what, language)} {told(why.remedy, language)}
          </p>
        )}
        {sign.name === "gateGo" && !view.gate?.turnstile && <span class="leaving" />}
      </Field>
      <div class="work-side">
        <Guard {...given} />
      </div>
    </div>
  );
}

function Pin({ session, language, close }: Given & { close: () => void }) {
  const [pin, setPin] = useState("");
  const [wrong, setWrong] = useState(false);
  const go = async (): Promise<void> => {
    const right = await session.attend(pin);
    setWrong(!right);
    setPin("");
  };
  return (
    <form class="page" onSubmit={(event) => (event.preventDefault(), void go())}>
      <h1>{say(language, "gateGuard")}</h1>
      <p>{say(language, "gatePinAsk")}</p>
      <Input label={say(language, "gatePin")} name="pin" value={pin} longest={8} digits secret
        change={(value) => (setPin(value), setWrong(false))} wrong={wrong ? say(language, "gatePinWrong") : undefined} />
      <div class="buttons is-foot">
        <button class="button is-main" type="submit" disabled={!isPin(pin)}>
          {say(language, "gateOpen")}
        </button>
        <Button onClick={close} id="back">
          {say(language, "back")}
        </Button>
      </div>
    </form>
  );
}

/** The guard's page: what the gate needs, the PIN, and the way to leave it by itself, or to end it. */
export function GatePanel(given: Given) {
  const { session, shown, view, language } = given;
  const [pin, setPin] = useState("");
  const { thermometer, turnstile } = session.engine;
  const asked = (work: () => Promise<void>) => (): void => void session.asked(work);
  return (
    <>
      <p>{say(language, "gateSays")}</p>
      <h2>{say(language, "thermometer")}</h2>
      <p role="status">
        {shown.thermometer === "on" ? "✓ " : ""}
        {say(language, shown.thermometer === "on" ? "gateThermometerOn" : "gateThermometerNone")}
      </p>
      {shown.thermometer !== "on" && thermometer.available.serial && <Button onClick={asked(() => thermometer.serial())} id="gate_serial">{say(language, "thermometerSerial")}</Button>}
      {shown.thermometer !== "on" && thermometer.available.bluetooth && <Button onClick={asked(() => thermometer.bluetooth())} id="gate_bluetooth">{say(language, "thermometerBluetooth")}</Button>}
      <h2>{say(language, "turnstile")}</h2>
      <p role="status">
        {shown.turnstile === "on" ? "✓ " : ""}
        {say(language, shown.turnstile === "on" ? "turnstileOn" : shown.turnstile === "gone" ? "turnstileGone" : "turnstileNone")}
      </p>
      {shown.turnstile !== "on" && turnstile.available && <Button onClick={asked(() => turnstile.connect())} id="gate_turnstile">{say(language, "turnstileConnect")}</Button>}
      {shown.turnstile === "gone" && !view.gate?.turnstile && <Button onClick={() => turnstile.forget()} id="gate_no_turnstile">{say(language, "turnstileWithout")}</Button>}
      {view.gate ? (
        <div class="buttons is-foot">
          <Button kind="main" off={!session.canBeAlone} onClick={() => session.goAlone()} id="gate_again">
            {say(language, "gateAgain")}
          </Button>
          <Button onClick={() => void session.asked(() => session.endGate())} id="gate_end">
            {say(language, "gateEnd")}
          </Button>
        </div>
      ) : (
        <form class="gate-form" onSubmit={(event) => (event.preventDefault(), void session.leaveAlone(pin))}>
          <Input label={say(language, "gatePinNew")} name="pin" value={pin} change={setPin} longest={8} digits />
          <button class="button is-main" type="submit" disabled={!isPin(pin) || !session.canBeAlone}>
            {say(language, "gateStart")}
          </button>
        </form>
      )}
    </>
  );
}

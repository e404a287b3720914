/** What stands around every screen: where we are, how old the lists are, and what is out of the ordinary. */

import { Languages } from "../../device/languages";
import { ago, clockTime, say, told } from "../texts";
import { Button, type Given } from "./parts";

export function Bar({ session, view, language, shown }: Given) {
  return (
    <header class="bar">
      <span class="brand">
        <b>{told(view.checkpoint?.title, language) || say(language, "brand")}</b>
        {view.guard && <span class="brand-page"> {session.unattended ? say(language, "gate") : view.guard}</span>}
      </span>
      <Languages language={language} label={say(language, "language")} choose={(chosen) => session.change({ language: chosen })} />
      {view.guard && !session.unattended && (
        <button class="tool" type="button" aria-expanded={shown.panel !== null} onClick={() => session.open(shown.panel ? null : "menu")} data-button="menu">
          {say(language, shown.panel ? "close" : "menu")}
        </button>
      )}
    </header>
  );
}

const LEVELS = ["fresh", "amber", "stopped"] as const;

/** The ages in words, always: fresh, getting old, too old. A tap opens the page of the lists. */
export function Strip({ session, view, language }: Given) {
  const { ages, online, queued, clock } = view;
  const names = ["recall", "trust", "policy"] as const;
  const level = LEVELS[Math.max(...names.map((name) => LEVELS.indexOf(ages[name].level)))] ?? "stopped";
  const worst = names.find((name) => ages[name].level === level) ?? "recall";
  return (
    <button class={`strip is-${level}`} type="button" onClick={() => session.open("lists")} data-level={level}>
      <span>
        <span class="strip-mark" aria-hidden="true" />
        {say(language, level === "fresh" ? "recall" : worst)} {ago(language, ages[level === "fresh" ? "recall" : worst].seconds)} · <b>{say(language, level)}</b>
      </span>
      <span>
        {say(language, online ? "online" : "offline")} · {queued > 0 ? say(language, "queued", { count: queued }) : say(language, "nothingQueued")}
        {!clock.known && ` · ${say(language, "clockUnknown")}`}
      </span>
    </button>
  );
}

export function Banners({ session, view, language, shown }: Given) {
  const { group } = shown.flow;
  const { thermometer } = session.engine;
  if (session.unattended) return null;
  return (
    <>
      {view.gate && (
        <p class="banner is-gate" role="status">
          {say(language, "gateAttended")}
          <Button off={!session.canBeAlone} onClick={() => session.goAlone()} id="gate_alone">
            {say(language, "gateAgain")}
          </Button>
        </p>
      )}
      {shown.thermometer === "gone" && (
        <p class="banner is-gone" role="alert">
          {say(language, "thermometerGone")}
          <Button onClick={() => void session.asked(() => thermometer.reconnect())} id="thermometer_again">
            {say(language, "thermometerAgain")}
          </Button>
          <Button onClick={() => thermometer.forget()} id="thermometer_without">
            {say(language, "thermometerWithout")}
          </Button>
        </p>
      )}
      {view.training && (
        <p class="banner is-training" role="status">
          {say(language, "training")}
        </p>
      )}
      {view.override && (
        <p class="banner is-override" role="status">
          {say(language, "overriding", { until: clockTime(view.override.until) })}
        </p>
      )}
      {group && (
        <p class="banner is-vehicle" role="status">
          {say(language, "vehicle", { people: group.people })}
          <Button onClick={() => session.send({ type: "vehicle_over" })} id="vehicle_over">
            {say(language, "vehicleOver")}
          </Button>
        </p>
      )}
    </>
  );
}

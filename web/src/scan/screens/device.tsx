/** What is asked of the device itself, on more than one screen: newer lists, its hours, and an end. */

import { useState } from "preact/hooks";

import { minuteTime, type Name, say } from "../texts";
import { Button, type Given } from "./parts";

export function Refresh({ session, view, language }: Given) {
  return (
    <Button kind="main" off={view.syncing} onClick={() => void session.asked(() => session.engine.refreshLists())} id="refresh">
      {say(language, view.syncing ? "listsRefreshing" : "listsRefresh")}
    </Button>
  );
}

export function Hours({ view, language }: Pick<Given, "view" | "language">) {
  return (
    <>
      {view.state === "outside-hours" && <p>{say(language, "outsideSays")}</p>}
      <ul class="plain-list">
        {view.hours.map(({ days, from, to }) => (
          <li key={`${days}-${from}`}>
            {dayNames(days, language)} {minuteTime(from)}–{minuteTime(to)}
          </li>
        ))}
      </ul>
    </>
  );
}

function dayNames(mask: number, language: Given["language"]): string {
  if (mask === 127) return say(language, "everyDay");
  const days = [0, 1, 2, 3, 4, 5, 6].filter((day) => mask & (1 << day));
  return days.map((day) => say(language, `days${day}` as Name)).join(say(language, "comma"));
}

export function Wipe({ session, view, language }: Given) {
  const [asked, setAsked] = useState(false);
  if (!asked) return <Button onClick={() => setAsked(true)}>{say(language, "wipe")}</Button>;
  return (
    <div class="sure">
      <p>{say(language, "wipeSays", { queued: view.queued })}</p>
      <Button kind="danger" onClick={() => void session.asked(() => session.engine.wipe())}>
        {say(language, "wipeSure")}
      </Button>
      <Button onClick={() => setAsked(false)}>{say(language, "back")}</Button>
    </div>
  );
}

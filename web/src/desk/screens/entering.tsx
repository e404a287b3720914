/** Before the work: enrolling, the PIN, and the states in which the device may not work. */

import { useState } from "preact/hooks";

import { secretInAddress } from "../../device/enrolment";
import { say } from "../texts";
import { Button, type Given, Input, Page } from "./parts";

export function Enrol({ desk, language, asked }: Given) {
  const [secret, setSecret] = useState(secretInAddress);
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const go = async (): Promise<void> => {
    setBusy(true);
    await asked(() => desk.enrol(secret, name.trim()));
    setBusy(false);
  };
  return (
    <Page title={say(language, "enrolTitle")} language={language}>
      <form class="form" onSubmit={(event) => (event.preventDefault(), void go())}>
        <p>{say(language, "enrolSays")}</p>
        <Input label={say(language, "enrolCode")} name="secret" value={secret} change={setSecret} longest={120} />
        <Input label={say(language, "enrolName")} name="device" value={name} change={setName} longest={120} />
        <button class="button is-main" type="submit" disabled={busy || !secret || !name.trim()}>
          {say(language, "enrolGo")}
        </button>
      </form>
    </Page>
  );
}

export function Pin({ desk, language, asked }: Given) {
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState("");
  const differs = again !== "" && pin !== again;
  return (
    <Page title={say(language, "pinTitle")} language={language}>
      <form class="form" onSubmit={(event) => (event.preventDefault(), void asked(() => desk.choosePin(pin)))}>
        <p>{say(language, "pinSays")}</p>
        <Input label={say(language, "pin")} name="pin" value={pin} change={setPin} longest={12} digits secret />
        <Input label={say(language, "pinAgain")} name="again" value={again} change={setAgain} longest={12} digits secret wrong={differs ? say(language, "pinDiffer") : ""} />
        <button class="button is-main" type="submit" disabled={!pin || pin !== again}>
          {say(language, "pinSet")}
        </button>
      </form>
    </Page>
  );
}

export function Unlock({ desk, view, language, asked }: Given) {
  const [pin, setPin] = useState("");
  const go = async (): Promise<void> => {
    await asked(() => desk.unlock(pin));
    setPin("");
  };
  return (
    <Page title={say(language, "unlockTitle")} language={language}>
      <form class="form" onSubmit={(event) => (event.preventDefault(), void go())}>
        <p>{say(language, "unlockSays", { count: view.triesLeft })}</p>
        <Input label={say(language, "pin")} name="pin" value={pin} change={setPin} longest={12} digits secret />
        <button class="button is-main" type="submit" disabled={!pin}>
          {say(language, "unlockGo")}
        </button>
      </form>
    </Page>
  );
}

/** Revoked, shut after wrong PINs, or unknown to the server: what it is, and what to do now. */
export function Ended({ desk, view, language, asked }: Given) {
  return (
    <Page title={say(language, view.state === "shut" ? "shutTitle" : "revokedTitle")} language={language}>
      <p>{say(language, "shutSays", { count: view.queued })}</p>
      <Button kind="main" off={view.syncing || view.queued === 0} onClick={() => void asked(() => desk.syncNow())}>
        {say(language, view.syncing ? "syncing" : "syncNow")}
      </Button>
      <Button kind="danger" off={view.queued > 0} onClick={() => void asked(() => desk.wipe())} id="wipe">
        {say(language, "wipe")}
      </Button>
    </Page>
  );
}

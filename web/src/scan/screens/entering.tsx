/** Before anybody is scanned: enrolling the device, beginning the shift, and the states in which it may not work. */

import { useEffect, useRef, useState } from "preact/hooks";

import { secretInAddress, secretOf } from "../../device/enrolment";
import type { CameraState } from "../engine/types";
import { ago, type Name, say } from "../texts";
import { Hours, Refresh, Wipe } from "./device";
import { AskOverride, Ladder } from "./panels";
import { Button, type Given, Input, ProblemNote } from "./parts";

const LONGEST_NAME = 12;

export function Enrol({ session, language, shown, view }: Given) {
  const [secret, setSecret] = useState(secretInAddress);
  const [name, setName] = useState("");
  const [seeing, setSeeing] = useState(false);
  const busy = shown.entering;
  const problem = shown.problem ?? view.problem;
  return (
    <form class="page" onSubmit={(event) => (event.preventDefault(), void session.enrol(secret, name.trim()))}>
      <h1>{say(language, "enrolTitle")}</h1>
      <p>{say(language, "enrolSays")}</p>
      {problem && <ProblemNote problem={problem} language={language} />}
      {seeing ? (
        <Seeing language={language} session={session} heard={(text) => (setSecret(secretOf(text) ?? text), setSeeing(false))} />
      ) : (
        <Button onClick={() => setSeeing(true)}>{say(language, "enrolScan")}</Button>
      )}
      <Input label={say(language, "enrolCode")} name="secret" value={secret} change={setSecret} longest={80} />
      <Input label={say(language, "enrolName")} name="guard" value={name} change={setName} longest={LONGEST_NAME} />
      <button class="button is-main" type="submit" disabled={busy || !secret || !name.trim()}>
        {say(language, busy ? "enrolling" : "enrolGo")}
      </button>
    </form>
  );
}

function Seeing({ session, language, heard }: Pick<Given, "session" | "language"> & { heard: (text: string) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<CameraState>("starting");
  useEffect(() => {
    if (!video.current) return undefined;
    const camera = session.engine.camera(video.current, heard, setState);
    return () => camera.stop();
  }, []);
  const words: Partial<Record<CameraState, Name>> = { starting: "cameraStarting", denied: "cameraDenied", none: "cameraNone", lost: "cameraLost" };
  const word = words[state];
  return (
    <div class="eye">
      <video ref={video} muted playsInline />
      {word && <p class="eye-says">{say(language, word)}</p>}
    </div>
  );
}

export function BeginShift({ session, language }: Given) {
  const [name, setName] = useState("");
  return (
    <form class="page" onSubmit={(event) => (event.preventDefault(), void session.asked(() => session.engine.beginShift(name.trim())))}>
      <h1>{say(language, "guardTitle")}</h1>
      <p>{say(language, "guardSays")}</p>
      <Input label={say(language, "enrolName")} name="guard" value={name} change={setName} longest={LONGEST_NAME} />
      <button class="button is-main" type="submit" disabled={!name.trim()}>
        {say(language, "guardGo")}
      </button>
    </form>
  );
}

/** Revoked, unknown to the server, outside the hours, or lists too old: what it is, and what to do now. */
export function Standstill(given: Given) {
  const { view, language } = given;
  const titles = { revoked: "revokedTitle", broken: "brokenTitle", "outside-hours": "outsideTitle", stopped: "stoppedTitle" } as const;
  const title = titles[view.state as keyof typeof titles];
  return (
    <div class="page">
      <div class="field is-unknown is-gate-grey is-low" role="status">
        <div class="field-band" aria-hidden="true" />
        <h1 class="field-word">{say(language, title)}</h1>
        <div class="field-band" aria-hidden="true" />
      </div>
      {view.problem && <ProblemNote problem={view.problem} language={language} />}
      {view.state === "outside-hours" && <Hours {...given} />}
      {view.state === "stopped" && <Stopped {...given} />}
      {(view.state === "revoked" || view.state === "broken") && <Wipe {...given} />}
    </div>
  );
}

function Stopped(given: Given) {
  const { language, view } = given;
  return (
    <>
      <p>{say(language, "stoppedSays")}</p>
      <Refresh {...given} />
      <p class="muted">
        {say(language, "recall")}: {ago(language, view.ages.recall.seconds)} · {say(language, view.online ? "online" : "offline")}
      </p>
      {view.register && (
        <Button onClick={() => given.session.send({ type: "look_up" })} id="look_up">
          {say(language, "lookUp")}
        </Button>
      )}
      {view.down && view.guard && (
        <Button onClick={() => given.session.open("emergency")} id="emergency">
          {say(language, "emergency")}
        </Button>
      )}
      <AskOverride {...given} />
      <Ladder {...given} />
    </>
  );
}

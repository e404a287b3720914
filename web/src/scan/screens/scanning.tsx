/** Looking at codes: the camera's picture with its frame, and the lane for people without a code. */

import { useEffect, useRef, useState } from "preact/hooks";

import { isLikely } from "../documents";
import type { Camera, CameraState } from "../engine/types";
import type { Note } from "../flow";
import { type Name, say, told } from "../texts";
import { Button, type Given, Input } from "./parts";

const NOTES: Readonly<Record<Note, Name>> = {
  hidden: "noteHidden",
  annulled: "noteAnnulled",
  refused: "noteRefused",
  complained: "noteComplained",
  handed: "noteHanded",
  unfinished: "noteUnfinished",
};

/**
 * The camera runs on while somebody is asked, out of sight, so that the next code is read at once. `alone`: nobody is there to mend it,
 * and a hand scanner reads the codes.
 */
export function Eye({ session, language, seen, alone = false }: Given & { seen: boolean; alone?: boolean }) {
  const video = useRef<HTMLVideoElement>(null);
  const camera = useRef<Camera | null>(null);
  const [state, setState] = useState<CameraState>("starting");
  const [lit, setLit] = useState(false);
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!video.current) return undefined;
    const running = session.engine.camera(video.current, (text) => void session.read(text, "camera"), setState);
    camera.current = running;
    return () => running.stop();
  }, [session, round]);
  const light = async (): Promise<void> => setLit((await camera.current?.torch(!lit)) ? !lit : false);
  const words: Partial<Record<CameraState, Name>> = { starting: "cameraStarting", denied: "cameraDenied", none: "cameraNone", lost: "cameraLost" };
  const word = words[state];
  return (
    <div class={`eye ${seen ? "" : "is-away"}`} {...(!seen && { "aria-hidden": true, inert: true })}>
      <video ref={video} muted playsInline aria-label={say(language, "scanPrompt")} />
      {state === "on" ? <div class="eye-frame" aria-hidden="true" /> : null}
      {word && (
        <div class={`eye-says ${alone ? "is-large-says" : ""}`} role="status">
          <p>{say(language, alone && state !== "starting" ? "gateScanner" : word)}</p>
          {state !== "starting" && !alone && <Button onClick={() => setRound(round + 1)}>{say(language, "cameraAgain")}</Button>}
        </div>
      )}
      {state === "on" && !alone && (
        <button class="torch" type="button" aria-pressed={lit} onClick={() => void light()}>
          {say(language, "torch")}
        </button>
      )}
    </div>
  );
}

export function UnderEye({ session, shown, view, language }: Given) {
  const { step, last } = shown.flow;
  const note = step.at === "scan" ? step.note : null;
  return (
    <div class="under">
      <h1 class="prompt">
        {say(language, "scanPrompt")} <span class="muted">{say(language, "scanWedge")}</span>
      </h1>
      {note && (
        <p class="note" role="status">
          {say(language, NOTES[note])}
        </p>
      )}
      {last && (
        <p class="last">
          {say(language, "lastPassed", { action: told(view.policy?.actions[last.action], language) })}
          <Button onClick={() => void session.takeBack()} id="take_back">
            {say(language, "takeBack")}
          </Button>
        </p>
      )}
      <div class="buttons">
        <Button onClick={() => session.send({ type: "no_code" })} id="no_code">
          {say(language, "noCode")}
        </Button>
        <Button onClick={() => session.send({ type: "look_up" })} id="look_up">
          {say(language, "lookUp")}
        </Button>
      </div>
    </div>
  );
}

/** What the guard says to somebody without a code (U8), and the two ways on. */
export function NoCode({ session, view, language }: Given) {
  return (
    <div class="page is-read">
      <h1>{say(language, "scriptTitle")}</h1>
      <ol class="script">
        {view.policy?.script.map((line) => <li key={told(line, "en")}>{told(line, language)}</li>)}
      </ol>
      <div class="buttons is-foot">
        <Button kind="main" onClick={() => session.send({ type: "look_up" })} id="look_up">
          {say(language, "lookUp")}
        </Button>
        <Button onClick={() => session.send({ type: "scanned", scanned: session.engine.nothingShown() })} id="nothing">
          {say(language, "nothingThere")}
        </Button>
      </div>
    </div>
  );
}

export function LookUp({ session, language }: Given) {
  const [document, setDocument] = useState("");
  const [wrong, setWrong] = useState(false);
  const [busy, setBusy] = useState(false);
  const go = async (): Promise<void> => {
    if (!isLikely(document)) return setWrong(true);
    setBusy(true);
    await session.lookUp(document);
    setBusy(false);
  };
  return (
    <form class="page" onSubmit={(event) => (event.preventDefault(), void go())}>
      <h1>{say(language, "lookUpTitle")}</h1>
      <p>{say(language, "lookUpSays")}</p>
      <Input label={say(language, "documentNumber")} name="document" value={document} longest={24}
        change={(value) => (setDocument(value), setWrong(false))} wrong={wrong ? say(language, "numberWrong") : undefined} />
      <div class="buttons is-foot">
        <button class="button is-main" type="submit" disabled={busy || document.trim().length < 4}>
          {say(language, "lookUpGo")}
        </button>
        <Button onClick={() => session.send({ type: "scanned", scanned: session.engine.nothingShown() })} id="nothing">
          {say(language, "nothingThere")}
        </Button>
      </div>
    </form>
  );
}

/** The camera: pictures go to the reading worker one at a time, and its texts come back. No picture leaves the device. */

import type { Answered, Asked } from "../reading/messages";
import type { Camera, CameraState } from "./types";

/** The address of the reading worker, put here when the page is built. */
declare const READER: string;

const WANTED: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
};
/** ms in which the same text is the same code held up: it is told once. */
const SAME = 2_500;
/** One picture of so many is read whole; the others in their middle square, where the code is held: less work for a slow phone. */
const WHOLE_EVERY = 3;
const DENIED = new Set(["NotAllowedError", "SecurityError"]);

export function camera(video: HTMLVideoElement, onText: (text: string) => void, onState: (state: CameraState) => void): Camera {
  return new Running(video, onText, onState);
}

class Running implements Camera {
  private readonly reader = new Worker(READER);
  private stream: MediaStream | null = null;
  private stopped = false;
  private ready = false;
  private asked = 0;
  private last = { text: "", at: 0 };

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly onText: (text: string) => void,
    private readonly onState: (state: CameraState) => void,
  ) {
    this.reader.addEventListener("message", ({ data }: MessageEvent<Answered>) => this.heard(data));
    this.reader.addEventListener("error", () => this.onState("lost"));
    document.addEventListener("visibilitychange", this.seen);
    void this.start();
  }

  stop(): void {
    this.stopped = true;
    document.removeEventListener("visibilitychange", this.seen);
    this.reader.terminate();
    this.release();
  }

  async torch(on: boolean): Promise<boolean> {
    const track = this.stream?.getVideoTracks()[0];
    const able = track?.getCapabilities?.() as { torch?: boolean } | undefined;
    if (!track || !able?.torch) return false;
    try {
      await track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
      return true;
    } catch {
      return false;
    }
  }

  /** The system takes the camera away from a page in the background. */
  private readonly seen = (): void => {
    if (!document.hidden && !this.stopped && !this.stream?.active) void this.start();
  };

  private async start(): Promise<void> {
    this.onState("starting");
    try {
      const stream = await navigator.mediaDevices.getUserMedia(WANTED);
      if (this.stopped) return stopAll(stream);
      this.release();
      this.stream = stream;
      stream.getVideoTracks()[0]?.addEventListener("ended", () => this.lost());
      this.video.srcObject = stream;
      this.video.muted = true;
      this.video.playsInline = true;
      await this.video.play();
      this.onState("on");
      this.next();
    } catch (flaw) {
      if (this.stopped) return;
      const name = flaw instanceof Error ? flaw.name : "";
      this.onState(DENIED.has(name) ? "denied" : this.stream ? "lost" : "none");
    }
  }

  private lost(): void {
    if (!this.stopped) this.onState("lost");
  }

  private release(): void {
    if (this.stream) stopAll(this.stream);
    this.stream = null;
  }

  /** The next picture goes out when the last one's answer is here: a slow phone reads fewer, never older ones. */
  private next(): void {
    if (this.stopped || !this.ready || !this.stream?.active) return;
    if (typeof this.video.requestVideoFrameCallback === "function") this.video.requestVideoFrameCallback(() => void this.ask());
    else requestAnimationFrame(() => void this.ask());
  }

  private async ask(): Promise<void> {
    if (this.stopped) return;
    this.asked += 1;
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width || !height || document.hidden) return void setTimeout(() => this.next(), 100);
    const side = Math.min(width, height);
    const whole = this.asked % WHOLE_EVERY === 0;
    const [x, y, w, h] = whole ? [0, 0, width, height] : [(width - side) >> 1, (height - side) >> 1, side, side];
    try {
      this.send(await picture(this.video, x, y, w, h));
    } catch {
      setTimeout(() => this.next(), 100);
    }
  }

  private send(frame: ImageBitmap | ImageData): void {
    const asked: Asked = { id: this.asked, frame };
    this.reader.postMessage(asked, frame instanceof ImageData ? [frame.data.buffer] : [frame]);
  }

  private heard({ texts }: Answered): void {
    this.ready = true;
    for (const text of texts) {
      const at = performance.now();
      const same = text === this.last.text && at - this.last.at < SAME;
      this.last = { text, at };
      if (!same) this.onText(text);
    }
    this.next();
  }
}

/** A part of the picture that the camera shows now; as pixels where workers have no canvas. */
async function picture(video: HTMLVideoElement, x: number, y: number, width: number, height: number): Promise<ImageBitmap | ImageData> {
  if (typeof OffscreenCanvas === "function") return createImageBitmap(video, x, y, width, height);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const drawn = canvas.getContext("2d", { willReadFrequently: true });
  if (!drawn) throw new Error("no canvas to draw on");
  drawn.drawImage(video, x, y, width, height, 0, 0, width, height);
  return drawn.getImageData(0, 0, width, height);
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

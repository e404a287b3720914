/** What is heard and felt at a verdict: different for each, so that nobody has to look. */

import type { Settings } from "./settings";

/** Hertz, one after the other; ms of buzzing and stillness. */
const TONES: Readonly<Record<string, readonly number[]>> = {
  green: [660, 880],
  yellow: [560, 560, 560],
  red: [392, 294, 392, 294],
  release: [880, 1175],
  stop: [330, 247],
};
const BUZZ: Readonly<Record<string, readonly number[]>> = {
  green: [90],
  yellow: [120, 80, 120],
  red: [400, 120, 400],
  release: [60, 40, 60],
  stop: [250, 100, 250],
};
const [TONE, STEP, LOUD] = [0.15, 0.17, 0.35];
let audio: AudioContext | null = null;

/** `kind` is a colour, `release`, or anything else: a stop. Silent before the page was touched, as browsers demand. */
export function signal(kind: string, { sound, vibration }: Settings): void {
  if (!navigator.userActivation?.hasBeenActive) return;
  if (vibration) navigator.vibrate?.([...(BUZZ[kind] ?? BUZZ["stop"] ?? [])]);
  if (sound) void play(TONES[kind] ?? TONES["stop"] ?? []);
}

async function play(tones: readonly number[]): Promise<void> {
  try {
    audio ??= new AudioContext();
    await audio.resume();
    const { currentTime, destination } = audio;
    for (const [place, tone] of tones.entries()) sounded(audio, tone, currentTime + place * STEP, destination);
  } catch {
    // A device without sound has the screen and the buzz.
  }
}

function sounded(context: AudioContext, tone: number, start: number, out: AudioNode): void {
  const [source, volume] = [context.createOscillator(), context.createGain()];
  source.type = "triangle";
  source.frequency.value = tone;
  volume.gain.setValueAtTime(LOUD, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + TONE);
  source.connect(volume).connect(out);
  source.start(start);
  source.stop(start + TONE);
}

/** A tone and a buzz when a code opens: different for each colour, so that it is also felt and heard (where the phone can). */

import type { Settings } from "./kept";

const BUZZ: Readonly<Record<string, number[]>> = { green: [80], yellow: [80, 80, 80], red: [300, 100, 300], grey: [30] };
const TONES: Readonly<Record<string, number[]>> = { green: [660, 880], yellow: [660, 660], red: [440, 330], grey: [440] };

let audio: AudioContext | null = null;

export function alertFor(colour: string, settings: Settings): void {
  if (settings.vibration && navigator.userActivation?.hasBeenActive) navigator.vibrate?.(BUZZ[colour] ?? [30]);
  if (settings.sound && navigator.userActivation?.hasBeenActive) void play(TONES[colour] ?? [440]);
}

async function play(tones: readonly number[]): Promise<void> {
  audio ??= new AudioContext();
  await audio.resume();
  tones.forEach((tone, place) => {
    if (!audio) return;
    const [sound, volume] = [audio.createOscillator(), audio.createGain()];
    const start = audio.currentTime + place * 0.16;
    sound.frequency.value = tone;
    volume.gain.setValueAtTime(0.2, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.14);
    sound.connect(volume).connect(audio.destination);
    sound.start(start);
    sound.stop(start + 0.15);
  });
}

/** Keeps the screen on while a code is shown; a phone that cannot or may not goes dark as always. */
export async function keepAwake(): Promise<WakeLockSentinel | null> {
  try {
    return (await navigator.wakeLock?.request("screen")) ?? null;
  } catch {
    return null;
  }
}

/**
 * What an engine has from outside: clocks, chance, the network, locks between the tabs. Tests bring their own.
 *
 * Whether there is a network nobody says: a question that is answered shows it, and a browser believes in one that is dead.
 */

export interface World {
  /** The device's own clock, ms. Anybody can set it. */
  time(): number;
  /** ms that only ever go on while the page runs, whatever the clock is set to. */
  steady(): number;
  /** 0 to 1. */
  chance(): number;
  fetch(path: string, request: RequestInit): Promise<Response>;
  later(ms: number, then: () => void): void;
  /** Does the work while no other tab does work of this name. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Tells the other tabs that what is stored changed. */
  tell(): void;
  /** Hears that from other tabs. */
  hear(heard: () => void): void;
}

/** Calls when the browser says that a network came or went: a hint when to ask, whatever it says. */
export function onNetwork(changed: () => void): void {
  for (const event of ["online", "offline"]) window.addEventListener(event, changed);
}

/** The browser's; the tabs of one page have the channel's name in common. */
export function browserWorld(name: string): World {
  const channel = new BroadcastChannel(name);
  return {
    time: () => Date.now(),
    steady: () => performance.now(),
    chance: () => Math.random(),
    fetch: (path, request) => fetch(path, request),
    later: (ms, then) => void setTimeout(then, ms),
    alone: async <T>(what: string, work: () => Promise<T>): Promise<T> =>
      (await navigator.locks.request(`${name}-${what}`, async () => work())) as T,
    tell: () => channel.postMessage("changed"),
    hear: (heard) => channel.addEventListener("message", () => heard()),
  };
}

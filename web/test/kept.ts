/** A phone for tests: what the real store promises, in memory; a server that counts what it is asked; a world with a hand on its clock. */
import type { World } from "../src/code/keeper";
import { NO_HINT } from "../src/code/renewal";
import { type Fetched, NoAnswer, type Server, type Strip } from "../src/code/server";
import type { Store } from "../src/code/store";
import { FIRST_SETTINGS, type Person, type StoredPass } from "../src/code/kept";
import { read } from "../src/credential/passes";
import { Refused } from "../src/credential/refusals";
import { at, DAY } from "./phone";
import type { Office } from "./signing";

export const NOW = at(8) * 1000;
/** The window that it is at NOW. */
export const EPOCH = DAY * 24 + 6;
export const ALL = [DAY, DAY + 1, DAY + 2, DAY + 3].flatMap((day) => [0, 6, 12, 18].map((hour) => day * 24 + hour));

export function memory(people: Person[], learnedAt = NOW, passes: StoredPass[] = []) {
  const silenced: string[] = [];
  let learned = { shift: 0, drift: 0, at: learnedAt };
  let [known, trust]: [number, Uint8Array | null] = [0, null];
  const store = {
    people: async () => people,
    passes: async (person: string) => passes.filter((one) => one.person === person),
    settings: async () => FIRST_SETTINGS,
    keepSettings: async () => undefined,
    learned: async () => learned,
    keepLearned: async (fresh: typeof learned) => void (learned = fresh),
    known: async () => known,
    keepKnown: async (fresh: number) => void (known = fresh),
    trust: async () => trust,
    keepTrust: async (bytes: Uint8Array) => void (trust = bytes),
    tidy: async () => undefined,
    replace: async (person: string, fresh: StoredPass[]) => void (passes = [...passes.filter((one) => one.person !== person), ...fresh]),
    silence: async (id: string, keys: boolean) => {
      silenced.push(`${id} ${keys}`);
      passes = passes.filter((one) => one.person !== id);
    },
    update: async (id: string, change: Partial<Person>) => {
      people = people.map((one) => (one.id === id ? { ...one, ...change } : one));
    },
    remove: async (id: string) => void (people = people.filter((one) => one.id !== id)),
    forget: async () => void (people = []),
  };
  return { store: store as unknown as Store, silenced, current: () => people, held: () => passes, known: () => known, learned: () => learned };
}

/** Appointments are kept; `run` keeps the newest one. Time goes on where the test says. */
export function world(change: Partial<World> = {}): World & { appointments: number[]; run: () => void; go: (seconds: number) => void } {
  const appointments: number[] = [];
  let [last, now] = [(): void => undefined, NOW];
  return {
    time: () => now,
    chance: () => 0.5,
    expecting: () => false,
    isSeen: () => true,
    later: (seconds, then) => {
      appointments.push(seconds);
      last = then;
    },
    ...change,
    appointments,
    run: () => last(),
    go: (seconds) => void (now += seconds * 1000),
  };
}

export const person = (change: Partial<Person> = {}): Person => ({
  id: "p",
  handle: "self 王*明 0417",
  label: "王*明",
  self: true,
  token: "t",
  deviceKey: {} as CryptoKey,
  standing: "not-judged",
  heard: NOW,
  next: NOW - 1,
  hint: NO_HINT,
  days: 4,
  etags: {},
  order: 0,
  ...change,
});

/** Somebody who has everything, as of NOW. */
export const current = (change: Partial<Person> = {}): Person =>
  person({ standing: "bound", next: NOW + 3_600_000, issue: 1, asOf: NOW / 1000, ...change });

/** Passes of four days, in a slot of the test's. */
export async function passesOf(office: Office, slot: number, epochs = ALL, id = "p"): Promise<StoredPass[]> {
  return Promise.all(
    epochs.map(async (epoch) => {
      const code = read(await office.code(epoch, NOW / 1000, { slot }));
      if (code instanceof Refused) throw new Error(code.reason);
      return { person: id, epoch, expires: code.claims.exp, pass: code.pass, secret: new Uint8Array(16) };
    }),
  );
}

/** A server whose signed files are `files`; what it is asked is kept, files apart. */
export function server(strip: Server["strip"], files: Record<string, Uint8Array> = {}): Server & { asked: string[]; read: string[]; files: typeof files } {
  const [asked, names]: [string[], string[]] = [[], []];
  return {
    asked,
    read: names,
    files,
    file: async (name): Promise<Fetched | null> => {
      names.push(name);
      const bytes = files[name];
      return bytes ? { bytes, heard: null } : null;
    },
    time: async () => {
      asked.push("time");
      return { now: NOW, shift: 0 };
    },
    people: async () => {
      asked.push("people");
      return null;
    },
    follow: async () => void asked.push("follow"),
    bind: async () => {
      throw new NoAnswer();
    },
    unbind: async () => void asked.push("unbind"),
    told: async () => [],
    strip: async (...given) => {
      asked.push(`strip ${given[1]}`);
      return strip(...given);
    },
  };
}

export const judged = async (): Promise<Strip> => ({ state: "not-judged", etag: "", issue: 0, passes: [], hint: { after: 100, within: 100 } });
export const nobody = async (): Promise<never> => Promise.reject(new NoAnswer());
export const never = async (): Promise<never> => new Promise<never>(() => undefined);
export const settled = async (): Promise<void> => new Promise((done) => setTimeout(done, 0));

/** What the desk keeps, in IndexedDB. A record, its number and its line of the day are one transaction: all of it or nothing. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";

import type { KeptClock } from "../../device/clock";
import type { Device, Enrolling } from "../../device/enrolment";
import { trouble } from "./problems";
import type { Block, Body, Fate, Told } from "./types";
import type { KeptVault } from "./vault";

/** The single values, by name. Nothing of people is among them but what is closed. */
export interface Kept {
  device: Device;
  enrolling: Enrolling;
  ended: "revoked" | "shut";
  clock: KeptClock;
  counter: number;
  n: number;
  licence: Uint8Array;
  trust: Uint8Array;
  sealing: Uint8Array;
  synced: number;
  extract: Uint8Array;
  extractTag: string;
  divisions: readonly (readonly [number, string])[];
  /** The numbers of this desk, and the next serial of each block, by its first. */
  blocks: readonly Block[];
  next: Readonly<Record<string, number>>;
  /** The request for more numbers that was not answered yet. */
  numbersRequest: string;
  deviceKey: CryptoKey;
  vault: KeptVault;
  /** Closed with the vault's key. */
  luggage: Uint8Array;
  route: Uint8Array;
  extractKey: Uint8Array;
  draft: Uint8Array;
  visited: Uint8Array;
}

/** A record that waits: closed to the server. */
export interface Waiting {
  readonly n: number;
  readonly sealed: string;
}
/** A line of the clerk's day; `closed` is Noted. `sealed` stays where the server took nothing. */
export interface DiaryLine {
  readonly n: number;
  readonly closed: Uint8Array;
  readonly at: number;
  readonly kind: Body["kind"];
  readonly number: string;
  readonly fate: Fate;
  readonly told: Told | null;
  readonly sealed?: string;
}

interface Schema extends DBSchema {
  kept: { key: string; value: unknown };
  waiting: { key: number; value: Waiting };
  diary: { key: number; value: DiaryLine };
}

const STORES = ["kept", "waiting", "diary"] as const;
const PERSONAL: readonly (keyof Kept)[] = ["vault", "luggage", "route", "extractKey", "draft", "visited", "extract", "extractTag", "licence"];
/** On the disk before it is said to be stored: a tablet whose battery falls out loses nothing. */
const STRICT = { durability: "strict" } as const;

export interface Adding {
  readonly kind: Body["kind"];
  readonly at: number;
  readonly sealed: string;
  readonly closed: Uint8Array;
  readonly number: string;
  /** The block and serial that the number is of, which must still be the next. */
  readonly serial: { readonly first: number; readonly serial: number } | null;
  readonly more: { readonly [K in keyof Kept]?: Kept[K] | undefined };
}

export class Store {
  private constructor(private readonly database: IDBPDatabase<Schema>) {}

  static async open(name: string): Promise<Store> {
    const database = await openDB<Schema>(name, 1, {
      upgrade(fresh) {
        fresh.createObjectStore("kept");
        for (const store of ["waiting", "diary"] as const) fresh.createObjectStore(store, { keyPath: "n" });
      },
      blocking: (_current, _wanted, event) => (event.target as IDBDatabase).close(),
    });
    return new Store(database);
  }

  async get<K extends keyof Kept>(name: K): Promise<Kept[K] | undefined> {
    return (await this.database.get("kept", name)) as Kept[K] | undefined;
  }

  /** Several values, together; `undefined` deletes. */
  async put(values: { readonly [K in keyof Kept]?: Kept[K] | undefined }): Promise<void> {
    const { store, done } = this.database.transaction("kept", "readwrite", STRICT);
    for (const [name, value] of Object.entries(values)) await (value === undefined ? store.delete(name) : store.put(value, name));
    await done;
  }

  async nextCounter(least: number): Promise<number> {
    const { store, done } = this.database.transaction("kept", "readwrite", STRICT);
    const next = Math.max((((await store.get("counter")) as number | undefined) ?? 0) + 1, least);
    await store.put(next, "counter");
    await done;
    return next;
  }

  /** Counts a try of the PIN before it is made; how many there were. */
  async tried(): Promise<number> {
    const { store, done } = this.database.transaction("kept", "readwrite", STRICT);
    const vault = (await store.get("vault")) as KeptVault | undefined;
    const tries = (vault?.tries ?? 0) + 1;
    if (vault) await store.put({ ...vault, tries }, "vault");
    await done;
    return tries;
  }

  /** Stores a record; null where its number is no longer the next. It is on the disk when this resolves. */
  async add(adding: Adding): Promise<number | null> {
    try {
      return await this.added(adding);
    } catch (flaw) {
      if (flaw instanceof DOMException && flaw.name === "QuotaExceededError") throw trouble("store-full");
      throw flaw;
    }
  }

  private async added({ kind, at, sealed, closed, number, serial, more }: Adding): Promise<number | null> {
    const change = this.database.transaction(STORES, "readwrite", STRICT);
    const kept = change.objectStore("kept");
    const next = { ...((await kept.get("next")) as Kept["next"] | undefined) };
    if (serial && (next[serial.first] ?? serial.first) !== serial.serial) {
      change.abort();
      await change.done.catch(() => undefined);
      return null;
    }
    if (serial) await kept.put({ ...next, [serial.first]: serial.serial + 1 }, "next");
    const n = (((await kept.get("n")) as number | undefined) ?? 0) + 1;
    await kept.put(n, "n");
    await change.objectStore("waiting").put({ n, sealed });
    await change.objectStore("diary").put({ n, closed, at, kind, number, fate: "waiting", told: null });
    for (const [name, value] of Object.entries(more)) await (value === undefined ? kept.delete(name) : kept.put(value, name));
    await change.done;
    return n;
  }

  async waiting(most: number): Promise<Waiting[]> {
    return this.database.getAll("waiting", null, most);
  }

  async queued(): Promise<number> {
    return this.database.count("waiting");
  }

  async diary(): Promise<DiaryLine[]> {
    return this.database.getAll("diary");
  }

  /** After an answer: what the server has named waits no longer; what it took nothing of stays readable for it. */
  async settle(results: readonly { readonly n: number; readonly fate: Fate; readonly told: Told | null }[]): Promise<void> {
    const change = this.database.transaction(["waiting", "diary"], "readwrite", STRICT);
    const [waiting, diary] = [change.objectStore("waiting"), change.objectStore("diary")];
    for (const { n, fate, told } of results) {
      const [record, line] = [await waiting.get(n), await diary.get(n)];
      if (line) await diary.put({ ...line, fate, told, ...(fate === "refused" && record && { sealed: record.sealed }) });
      await waiting.delete(n);
    }
    await change.done;
  }

  /** Forgets what went home before an instant and needs nobody: what is held stays. */
  async tidy(before: number): Promise<void> {
    const { store, done } = this.database.transaction("diary", "readwrite");
    for (const line of await store.getAll()) {
      if (line.at < before && (line.fate === "taken" || line.fate === "again")) await store.delete(line.n);
    }
    await done;
  }

  /** Deletes everything of people; what waits is closed to the server and goes home first. */
  async end(why: Kept["ended"]): Promise<void> {
    const change = this.database.transaction(STORES, "readwrite", STRICT);
    const kept = change.objectStore("kept");
    for (const name of PERSONAL) await kept.delete(name);
    await change.objectStore("diary").clear();
    await kept.put(why, "ended");
    await change.done;
  }

  /** Deletes everything. */
  async wipe(): Promise<void> {
    const change = this.database.transaction(STORES, "readwrite", STRICT);
    for (const name of STORES) await change.objectStore(name).clear();
    await change.done;
  }

  close(): void {
    this.database.close();
  }
}

/** What the scanner keeps, in IndexedDB. A record is numbered, counted and stored in one transaction: all of it or nothing. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";

import type { KeptClock } from "../../device/clock";
import type { Device, Enrolling } from "../../device/enrolment";
import { trouble } from "./problems";
import type { Body, Stored } from "./records";
import type { HandOverState, NotTaken } from "./types";

export interface KeptRecall {
  readonly epoch: number;
  readonly sequence: number;
  readonly issued: number;
  readonly expires: number;
  readonly bits: number;
  readonly slots: Uint32Array;
}

export interface Shift {
  readonly guard: string;
  readonly from: number;
  readonly counts: Readonly<Record<string, number>>;
}

export interface Override {
  readonly challenge: string;
  readonly tries: number;
  readonly until: number;
}

/** The unattended gate: the PIN that ends it, and the wrong tries. */
export interface KeptGate {
  readonly salt: Uint8Array;
  readonly digest: Uint8Array;
  /** Whether a turnstile opens: without it nobody is released. */
  readonly turnstile: boolean;
  readonly wrong: number;
  /** City second from which on a PIN may be tried again. */
  readonly from: number;
}

/** The single values, by name. */
export interface Kept {
  device: Device;
  enrolling: Enrolling;
  ended: "revoked";
  clock: KeptClock;
  licence: Uint8Array;
  trust: Uint8Array;
  /** With the city second at which it was found right: its age is told, its time is not looked at again. */
  policy: { readonly bytes: Uint8Array; readonly at: number };
  /** Trust lists of other cities. */
  cities: Readonly<Record<string, Uint8Array>>;
  /** City seconds when the lists were last asked for with success, and when the records were last synced. */
  refreshed: number;
  synced: number;
  /** Of the last signed request. */
  counter: number;
  /** Of the last record. */
  n: number;
  shift: Shift;
  overrideKey: CryptoKey;
  overrides: number;
  override: Override;
  sealing: Uint8Array;
  gate: KeptGate;
  words: Readonly<Record<string, Uint8Array>>;
  /** The register extract, and the server's name of it. */
  extract: Uint8Array;
  extractTag: string;
  extractKey: { readonly epoch: number; readonly key: CryptoKey };
}

interface Schema extends DBSchema {
  kept: { key: string; value: unknown };
  recall: { key: number; value: KeptRecall };
  records: { key: number; value: Stored };
  waiting: { key: number; value: HandOverState };
  /** With the record as it was, so that nothing is lost that the office may want to see. */
  refused: { key: number; value: NotTaken & { readonly record?: Stored | undefined } };
}

const STORES = ["kept", "recall", "records", "waiting", "refused"] as const;
/** On the disk before it is said to be stored: a phone whose battery falls out loses nothing. */
const STRICT = { durability: "strict" } as const;
const SHOWN = 50;

/** What a record changes besides being stored. */
export interface With {
  /** Names whose counts of the shift grow (or shrink) by one. */
  readonly counted?: readonly (readonly [name: string, by: number])[];
  readonly waiting?: (n: number) => HandOverState;
  /** A shift begins, or ends (null). */
  readonly shift?: Shift | null;
}

export class Store {
  private constructor(private readonly database: IDBPDatabase<Schema>) {}

  static async open(name = "yimatong-scan"): Promise<Store> {
    const database = await openDB<Schema>(name, 1, {
      upgrade(fresh) {
        fresh.createObjectStore("kept");
        fresh.createObjectStore("recall", { keyPath: "epoch" });
        for (const store of ["records", "waiting", "refused"] as const) fresh.createObjectStore(store, { keyPath: "n" });
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

  /** The number of the next signed request: above every one before, also when the clock was set back. */
  async nextCounter(least: number): Promise<number> {
    const { store, done } = this.database.transaction("kept", "readwrite", STRICT);
    const next = Math.max(((await store.get("counter")) as number | undefined ?? 0) + 1, least);
    await store.put(next, "counter");
    await done;
    return next;
  }

  /** The number of the next challenge. */
  async nextOverride(): Promise<number> {
    const { store, done } = this.database.transaction("kept", "readwrite", STRICT);
    const next = ((await store.get("overrides")) as number | undefined ?? 0) + 1;
    await store.put(next, "overrides");
    await done;
    return next;
  }

  /** Numbers and stores a record; it is on the disk when this resolves. Rejects where the device is not enrolled or full. */
  async add(body: Body, more: With = {}): Promise<number> {
    try {
      return await this.added(body, more);
    } catch (flaw) {
      if (flaw instanceof DOMException && flaw.name === "QuotaExceededError") throw trouble("store-full");
      throw flaw;
    }
  }

  private async added(body: Body, { counted = [], waiting, shift }: With): Promise<number> {
    const change = this.database.transaction(["kept", "records", "waiting"], "readwrite", STRICT);
    const kept = change.objectStore("kept");
    if (!(await kept.get("device"))) {
      change.abort();
      await change.done.catch(() => undefined);
      throw trouble("not-enrolled");
    }
    const n = ((await kept.get("n")) as number | undefined ?? 0) + 1;
    await kept.put(n, "n");
    const during = (await kept.get("shift")) as Shift | undefined;
    if (shift === null) await kept.delete("shift");
    else if (shift) await kept.put(shift, "shift");
    else if (during && counted.length) await kept.put({ ...during, counts: added(during.counts, counted) }, "shift");
    await change.objectStore("records").put({ ...body, n });
    if (waiting) await change.objectStore("waiting").put(waiting(n));
    await change.done;
    return n;
  }

  /** The oldest records that were not taken yet. */
  async records(most: number): Promise<Stored[]> {
    return this.database.getAll("records", null, most);
  }

  async queued(): Promise<number> {
    return this.database.count("records");
  }

  /** After an answer: what was taken goes, what was refused is told, what was acknowledged is noted; all or nothing. */
  async settle(
    taken: readonly number[],
    refused: readonly NotTaken[],
    acknowledged: readonly { n: number; at: number; by: string }[],
  ): Promise<void> {
    const change = this.database.transaction(["records", "waiting", "refused"], "readwrite", STRICT);
    const [records, waiting, no] = [change.objectStore("records"), change.objectStore("waiting"), change.objectStore("refused")];
    for (const n of taken) await records.delete(n);
    for (const one of refused) {
      await no.put({ ...one, record: await records.get(one.n) });
      await records.delete(one.n);
    }
    for (const { n, at, by } of acknowledged) {
      const held = await waiting.get(n);
      if (held) await waiting.put({ ...held, acknowledged: { at, by } });
    }
    await change.done;
  }

  async waiting(): Promise<HandOverState[]> {
    return this.database.getAll("waiting");
  }

  /** Forgets hand-overs that were acknowledged before an instant. */
  async tidyWaiting(before: number): Promise<void> {
    const { store, done } = this.database.transaction("waiting", "readwrite");
    for (const one of await store.getAll()) if (one.acknowledged && one.acknowledged.at < before) await store.delete(one.n);
    await done;
  }

  async notTaken(): Promise<NotTaken[]> {
    const all = await this.database.getAll("refused");
    return all.slice(-SHOWN).map(({ n, code, sentence }) => ({ n, code, sentence }));
  }

  async recalls(): Promise<KeptRecall[]> {
    return this.database.getAll("recall");
  }

  async keepRecall(list: KeptRecall): Promise<void> {
    await this.database.put("recall", list);
  }

  async dropRecalls(epochs: readonly number[]): Promise<void> {
    const { store, done } = this.database.transaction("recall", "readwrite");
    for (const epoch of epochs) await store.delete(epoch);
    await done;
  }

  /** Deletes everything; what stays is that the device was revoked, where it was. */
  async wipe(ended: Kept["ended"] | null): Promise<void> {
    const change = this.database.transaction(STORES, "readwrite", STRICT);
    for (const name of STORES) await change.objectStore(name).clear();
    if (ended) await change.objectStore("kept").put(ended, "ended");
    await change.done;
  }

  close(): void {
    this.database.close();
  }
}

function added(counts: Shift["counts"], counted: NonNullable<With["counted"]>): Shift["counts"] {
  const sums = { ...counts };
  for (const [name, by] of counted) sums[name] = (sums[name] ?? 0) + by;
  return sums;
}

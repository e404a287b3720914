/** What the phone keeps, in IndexedDB: people, their keys that nobody can read out, passes of a few days, settings. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";

import { type Learned, NOTHING_LEARNED } from "../device/cityTime";
import { FIRST_SETTINGS, type Person, type Settings, type StoredPass, type WindowKey } from "./kept";

interface Schema extends DBSchema {
  people: { key: string; value: Person };
  keys: { key: string; value: WindowKey; indexes: { person: string } };
  passes: { key: [string, number]; value: StoredPass; indexes: { person: string } };
  kept: { key: string; value: unknown };
}

export class Store {
  private constructor(private readonly database: IDBPDatabase<Schema>) {}

  static async open(name = "yimatong-code"): Promise<Store> {
    const database = await openDB<Schema>(name, 1, {
      upgrade(fresh) {
        fresh.createObjectStore("people", { keyPath: "id" });
        fresh.createObjectStore("keys", { keyPath: "name" }).createIndex("person", "person");
        fresh.createObjectStore("passes", { keyPath: ["person", "epoch"] }).createIndex("person", "person");
        fresh.createObjectStore("kept");
      },
      // Another tab wants a newer form of the database: let it.
      blocking: (_current, _wanted, event) => (event.target as IDBDatabase).close(),
    });
    return new Store(database);
  }

  async people(): Promise<Person[]> {
    return (await this.database.getAll("people")).sort((one, other) => one.order - other.order);
  }

  async passes(person: string): Promise<StoredPass[]> {
    return this.database.getAllFromIndex("passes", "person", person);
  }

  async keys(person: string): Promise<WindowKey[]> {
    return this.database.getAllFromIndex("keys", "person", person);
  }

  async key(name: string): Promise<CryptoKey | null> {
    return (await this.database.get("keys", name))?.key ?? null;
  }

  /** A new person with their keys, whole or not at all; what an earlier binding of the same person left goes. */
  async add(person: Person, keys: readonly WindowKey[]): Promise<void> {
    for (const other of await this.people()) if (other.handle === person.handle) await this.remove(other.id);
    const change = this.database.transaction(["people", "keys"], "readwrite");
    await change.objectStore("people").put(person);
    for (const key of keys) await change.objectStore("keys").put(key);
    await change.done;
  }

  async update(id: string, change: Partial<Omit<Person, "id">>): Promise<void> {
    const store = this.database.transaction("people", "readwrite").store;
    const person = await store.get(id);
    if (person) await store.put({ ...person, ...change });
  }

  /** A person's passes, in place of all that were there: what the server does not name any more is not shown any more. */
  async replace(person: string, passes: readonly StoredPass[]): Promise<void> {
    const change = this.database.transaction(["people", "passes"], "readwrite");
    // The answer may come after the person was deleted here.
    if ((await change.objectStore("people").getKey(person)) === undefined) return change.done;
    const store = change.objectStore("passes");
    for (const key of await store.index("person").getAllKeys(person)) await store.delete(key);
    for (const pass of passes) await store.put(pass);
  }

  /** Deletes the passes that no clock makes valid again. The keys stay: the server uses them in turn. */
  async tidy(isOver: (pass: StoredPass) => boolean): Promise<void> {
    const store = this.database.transaction("passes", "readwrite").store;
    for (const pass of await store.getAll()) if (isOver(pass)) await store.delete([pass.person, pass.epoch]);
  }

  /** Deletes a person's passes, and with `keys` their window keys too; the person stays and is told why. */
  async silence(id: string, keys: boolean): Promise<void> {
    const change = this.database.transaction(["passes", "keys"], "readwrite");
    const passes = change.objectStore("passes");
    for (const key of await passes.index("person").getAllKeys(id)) await passes.delete(key);
    const own = change.objectStore("keys");
    if (keys) for (const key of await own.index("person").getAllKeys(id)) await own.delete(key);
    await change.done;
  }

  async remove(id: string): Promise<void> {
    await this.silence(id, true);
    await this.database.delete("people", id);
  }

  async settings(): Promise<Settings> {
    return { ...FIRST_SETTINGS, ...((await this.database.get("kept", "settings")) as Partial<Settings> | undefined) };
  }

  async keepSettings(settings: Settings): Promise<void> {
    await this.database.put("kept", settings, "settings");
  }

  async learned(): Promise<Learned> {
    return ((await this.database.get("kept", "clock")) as Learned | undefined) ?? NOTHING_LEARNED;
  }

  async keepLearned(learned: Learned): Promise<void> {
    await this.database.put("kept", learned, "clock");
  }

  /** The last list that was read, as the second of city time at which it was issued; 0: none. */
  async known(): Promise<number> {
    return ((await this.database.get("kept", "known")) as number | undefined) ?? 0;
  }

  async keepKnown(known: number): Promise<void> {
    await this.database.put("kept", known, "known");
  }

  async trust(): Promise<Uint8Array | null> {
    return ((await this.database.get("kept", "trust")) as Uint8Array | undefined) ?? null;
  }

  async keepTrust(bytes: Uint8Array): Promise<void> {
    await this.database.put("kept", bytes, "trust");
  }

  /** Everything about everybody goes; the settings stay. */
  async forget(): Promise<void> {
    const change = this.database.transaction(["people", "keys", "passes"], "readwrite");
    for (const kind of ["people", "keys", "passes"] as const) await change.objectStore(kind).clear();
    await change.done;
  }
}

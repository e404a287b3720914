/**
 * Many phones in one process, for the bench: the page's own program with a store in memory, against a running product.
 *
 * The first line of the input is `{"address", "sessions"}`. Each phone binds its person and then stands open like a page that is seen; each
 * colour that it would show is a line `{"phone", "shows", "at"}`. A line `count` is answered by what was asked since the last one.
 */
import "fake-indexeddb/auto";
import { AsyncLocalStorage } from "node:async_hooks";
import { createInterface } from "node:readline";

import { Keeper, type World } from "../src/code/keeper";
import { phoneServer } from "../src/code/server";
import { Store } from "../src/code/store";
import { fromHex } from "../src/credential/bytes";

interface Given {
  readonly address: string;
  readonly sessions: readonly string[];
}

const CSRF = "a".repeat(32);
/** Phones that bind at once: each makes 29 keys, and the product has few threads. */
const AT_ONCE = 8;
const whose = new AsyncLocalStorage<string>();
const counted = { application: 0, lists: 0, bytes: 0 };
const told = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** As the browser does it: cookies where the page lets them go along. */
function browser(address: string): typeof fetch {
  const real = globalThis.fetch;
  return async (path, request = {}) => {
    const headers = new Headers(request.headers);
    if (request.credentials !== "omit") headers.set("Cookie", `sessionid=${whose.getStore()}; csrftoken=${CSRF}`);
    const answer = await real(`${address}${String(path)}`, { ...request, headers });
    if (!String(path).startsWith("/e/signed/")) counted.application += 1;
    else {
      counted.lists += 1;
      counted.bytes += Number(answer.headers.get("Content-Length") ?? 0);
    }
    return answer;
  };
}

const world: World = {
  time: () => Date.now(),
  chance: () => Math.random(),
  isSeen: () => true,
  expecting: () => false,
  later: (seconds, then) => void setTimeout(then, seconds * 1000),
};

async function phone(place: number, roots: readonly Uint8Array[]): Promise<void> {
  const keeper = new Keeper(await Store.open(`phone-${place}`), phoneServer(), world, "zh", roots);
  let last = "";
  keeper.subscribe(({ people: [shown] }) => {
    if (!shown) return;
    const face = keeper.faceOf(shown, keeper.now());
    const shows = face.kind === "valid" ? face.held.claims.colour : face.kind;
    if (shows !== last) told({ phone: place, shows, at: Date.now() });
    last = shows;
  });
  await keeper.start();
  const [offer] = keeper.state.offers ?? [];
  if (!offer) throw new Error("nobody is offered");
  await keeper.bind(offer);
  if (!last) throw new Error(`not bound: ${JSON.stringify(keeper.state.problem)}`);
}

async function main(): Promise<void> {
  const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const { address, sessions } = JSON.parse((await input.next()).value as string) as Given;
  Object.assign(globalThis, { document: { cookie: `csrftoken=${CSRF}` }, fetch: browser(address) });
  const shell = await (await fetch("/code/")).text();
  const page = JSON.parse(/<script id="page" type="application\/json">(.*?)<\/script>/.exec(shell)?.[1] ?? "{}") as { roots: string[] };
  const roots = page.roots.map(fromHex);
  const waiting = sessions.map((session, place) => ({ session, place }));
  const line = async (): Promise<void> => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const { session, place } = one;
      await whose.run(session, () => phone(place, roots));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, line));
  told({ ready: sessions.length });
  for (let next = await input.next(); !next.done; next = await input.next()) {
    told({ counted: { ...counted } });
    Object.assign(counted, { application: 0, lists: 0, bytes: 0 });
  }
  process.exit(0);
}

void main();

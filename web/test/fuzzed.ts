/**
 * The browser's verifier over many texts in one process, for the fuzzing: the first line of the input is the circumstances, each line after
 * it a text as JSON; each is answered by a line, `accepted …` or the reason and its detail, or `crash` where it threw.
 */
import { createInterface } from "node:readline";

import { fromHex, hex } from "../src/credential/bytes";
import { openSnapshot, openTrustList, Refused, verify } from "../src/credential/index";

interface Given {
  readonly root: string;
  readonly list: string;
  readonly recall: readonly string[];
  readonly now: number;
  readonly city: string;
}

async function main(): Promise<void> {
  const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const { root, list, recall: lists, now, city } = JSON.parse((await input.next()).value as string) as Given;
  const trust = await openTrustList(fromHex(list), fromHex(root), { now });
  if (trust instanceof Refused) throw new Error(trust.reason);
  const opened = await Promise.all(lists.map((one) => openSnapshot(fromHex(one), { trust, now })));
  const recall = new Map(
    opened.map((one) => {
      if (one instanceof Refused) throw new Error(one.reason);
      return [one.epoch, one];
    }),
  );
  let told: string[] = [];
  for (let next = await input.next(); !next.done; next = await input.next()) {
    if (next.value === "") {
      process.stdout.write(`${told.join("\n")}\n\n`);
      told = [];
      continue;
    }
    try {
      const answer = await verify(JSON.parse(next.value) as string, { now, trust, recall, city });
      told.push(
        answer instanceof Refused
          ? `${answer.reason} ${answer.detail}`
          : `accepted ${hex(answer.claims.cti)} ${answer.claims.colour} ${answer.claims.name} ${answer.ts} ${answer.recallAge}`,
      );
    } catch (problem) {
      told.push(`crash ${String(problem).slice(0, 100)}`);
    }
  }
}

void main();

/** Who can be put on this phone, by what the server names to whoever is signed in and by who is here already. */

import { isLive } from "./due";
import type { Named } from "./server";
import type { Offer, Shown } from "./state";

export function offersOf(named: readonly Named[], people: readonly Shown[]): Offer[] {
  const live = new Set(people.filter(isLive).map(({ person }) => person.handle));
  return named.map(({ who, name, tail, relation, bound }) => {
    const handle = [who, name, tail].join(" ");
    const here = live.has(handle);
    return { who, handle, label: name, self: relation === "self", elsewhere: bound && !here, here };
  });
}

/** Numbers of ID documents as they are typed at a checkpoint. */

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const LAST = "10X98765432";
const SHORTEST = 5;

/** Whether a resident's number ends as its other signs ask for (GB 11643); other documents are taken as they are. */
export function isLikely(typed: string): boolean {
  const number = typed.replace(/[\s-]/g, "").toUpperCase();
  if (!/^\d{17}[\dX]$/.test(number)) return number.length >= SHORTEST && !/^\d{15,}/.test(number);
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(number[place]), 0);
  return LAST[sum % LAST.length] === number[17];
}

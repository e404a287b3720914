/** The twin of `yimatong.core.credential`: reads and verifies codes and lists, and shows a phone's code. It does not mint. */

export { type Claims, type Colour, E_CODE, PAPER, readClaims, TRAINING } from "./claims";
export { ALWAYS, type Licence, licenceAllows, openLicence, zoneAt } from "./licence";
export { paperText, PREFIX, type Read, read, shownMessage, shownText } from "./passes";
export { applyDelta, openSnapshot, RecallList } from "./recall";
export { openRecent, type RecentRecalls } from "./recent";
export { type Reason, Refused } from "./refusals";
export { openSealed, sealTo } from "./sealing";
export { Seen } from "./seen";
export { openTrustList, TrustList } from "./trust";
export { type Accepted, verify } from "./verify";
export { type Word, word } from "./words";

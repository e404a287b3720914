/** The twin of `yimatong.core.checkpoints`: what the matrix says of a situation. */

export { type Body, type BodyRule, type Hours, type Listed, readBody, type Recognised, type Rung, versionOf, type Words } from "./body";
export { type Extract, extractKey, type Found, lookUp, type Nobody, openExtract } from "./extract";
export { type Decision, decide, type MatrixRule, Undecided, type When } from "./matrix";
export { openPolicyFile, type PolicyFile } from "./policyFile";
export {
  type Action,
  ACTIONS,
  ASKED,
  type Asked,
  type Authority,
  AUTHORITIES,
  type Carrier,
  cells,
  type Field,
  FIELDS,
  type Permit,
  type Situation,
  type Verdict,
} from "./situation";

/** The signed policy file as the scanner uses it: what the screens read, the hours, and the matrix. */

import { type Body, decide, type PolicyFile, type Recognised } from "../../checkpoints";
import type { Hours } from "./ages";
import type { Decision, GatePolicy, Situation } from "./types";

const MINUTE = 60;

export interface Policy {
  readonly issued: number;
  readonly expires: number;
  readonly gate: GatePolicy;
  readonly hours: Hours;
  readonly cities: readonly Recognised[];
  decide(situation: Situation): Decision;
}

/** What a policy file says; its signature and form were looked at when it was opened. */
export function readPolicy(file: PolicyFile): Policy {
  const { body } = file;
  return {
    issued: file.issued,
    expires: file.expires,
    hours: body.hours,
    cities: body.cities,
    gate: gateOf(body, file.issued),
    decide: (situation) => decide(situation, body.matrix),
  };
}

function gateOf(body: Body, issued: number): GatePolicy {
  const { version, palette, actions, authorities, fields, values, slips, duties, notice, script, plates } = body;
  return {
    version,
    issued,
    palette,
    actions,
    authorities,
    fields,
    values,
    slips,
    duties,
    notice,
    script,
    plates,
    feverTenths: body.fever_tenths,
    refusalGrounds: body.refusal_grounds,
    complaintKinds: body.complaint_kinds,
    ladder: body.ladder.map(({ id, text, from_minutes, ...title }) => ({ id, title, text, fromAge: from_minutes * MINUTE })),
    acknowledgeMinutes: body.hand_over.acknowledge_minutes,
    escalateMinutes: body.hand_over.escalate_minutes,
    overrideMinutes: body.hours.override_minutes,
    rules: Object.fromEntries(body.matrix.map(({ id, title, because }) => [id, { title, because }])),
  };
}

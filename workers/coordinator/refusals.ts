import { refuse, summary } from "../problem.ts";
import type { Fault } from "./fault.ts";

/** Refusals in words that more than one endpoint needs. */

export const noSuchExperiment = (id: string) =>
  refuse(404, {
    title: "No such experiment",
    detail: `got ${JSON.stringify(id)}, want the id of an experiment`,
    remedy: "GET /api/snapshot lists them.",
  });

export const noSuchLease = (id: string) =>
  refuse(404, {
    title: "No such lease",
    detail: `got ${JSON.stringify(id)}, want the id of a lease that was granted here`,
    remedy: "Ask for one: POST /api/leases.",
  });

export const resolvedLease = (id: string) =>
  refuse(410, {
    title: "Lease resolved",
    detail: `The result of lease ${id} was handed in.`,
    remedy: "Ask for a new lease.",
  });

export const notYours = (id: string) =>
  refuse(403, {
    title: "Another volunteer's lease",
    detail: `Lease ${id} was granted to another volunteer than this session's.`,
    remedy: "Use the session of the key that asked for the lease, or ask for a lease of your own: POST /api/leases.",
  });

export const wrongSignature = (detail: string) =>
  refuse(422, {
    title: "Not signed by this volunteer",
    detail: `${detail}. Nothing was stored.`,
    remedy: "Sign `batchnorm-at-home result <lease> <SHA-256 of the result's canonical JSON>` with the key of the session.",
  });

export const tooManyUploads = (limit: number) =>
  refuse(429, {
    title: "Too many checkpoints",
    detail: `This lease has stored ${limit} checkpoints already.`,
    remedy: "Hand in the result, or give the lease back.",
  });

export const wrongResult = (faults: readonly Fault[]) =>
  refuse(422, {
    title: "The result does not fit its lease",
    detail: `${summary(faults)}. Nothing was stored.`,
    remedy: "Mend what is named and hand in again, or give the lease back.",
    errors: faults.slice(0, 50),
  });

export const voidedVolunteer = (reason: string) =>
  refuse(403, {
    title: "This volunteer's results were voided",
    detail: `got a request of a volunteer whose results do not count (${reason})`,
    remedy: "Write to the operator if that is a mistake: docs/trust.md says how results are checked.",
  });

export const otherReference = (got: string) =>
  refuse(409, {
    title: "Other known answers",
    detail: `reference: got ${got.slice(0, 12)}..., want the known answers of this deployment`,
    remedy: "Reload the page, or update this copy: the coordinator calibrates devices by other trainings now.",
  });

export const tooManyKinds = refuse(429, {
  title: "Too many kinds of devices",
  detail: "This volunteer has calibrated a dozen kinds of devices already.",
  remedy: "Nothing is lost: without a certificate a device trains too, and each of its shards is audited.",
});

import { canonicalJson } from "../shared/math/json.ts";
import { sha256Hex } from "../shared/math/sha256.ts";
import type { Action } from "../shared/protocol/action-log.ts";
import type { Rerun, RerunRequest } from "../shared/protocol/rerun.ts";
import { noSuchExperiment } from "./coordinator/refusals.ts";
import { rerunHeader } from "./coordinator/rerun.ts";
import type { Pauses } from "./operator/pauses-sqlite.ts";
import { type Outcome, done, refuse } from "./problem.ts";
import { largestCheckpointBytes } from "./programs.ts";
import type { StudyStore } from "./study-sqlite.ts";
import { ownHeaders } from "./study.ts";

/** What the desk needs of the study's object. */
export interface Desk {
  readonly store: StudyStore;
  readonly pauses: Pauses;
  readonly transaction: <T>(work: () => T) => T;
  readonly log: (action: Action) => void;
  /** Opens what was written, now if it can be, else on the alarm. */
  readonly settleSoon: () => Promise<void>;
}

/** Reruns, as anyone may ask for them. */
export class RerunDesk {
  private readonly desk: Desk;

  constructor(desk: Desk) {
    this.desk = desk;
  }

  /** @param key the request's Idempotency-Key, if it had one  @param profile of this deployment */
  async ask(request: RerunRequest, key: string | null, profile: string): Promise<Outcome<{ rerun: Rerun; repeated: boolean }>> {
    const { store, pauses, log, transaction } = this.desk;
    const bodySha256 = sha256Hex(canonicalJson(request));
    const earlier = key === null ? null : store.key(key);
    if (earlier) return this.repeat(earlier, bodySha256);
    const parent = ownHeaders(profile).find(({ id }) => id === request.experiment) ?? store.header(request.experiment);
    if (!parent) return noSuchExperiment(request.experiment);
    const header = rerunHeader(parent, request, store.countReruns(parent.id) + 1, largestCheckpointBytes);
    if (!header.ok) return header;
    const { id, plan } = header.value;
    const createdAt = new Date().toISOString();
    const rerun: Rerun = { id, parent: parent.id, createdAt, url: `/rerun?id=${id}`, api: `/api/snapshot/${id}`, plan };
    transaction(() => {
      store.addRerun(header.value, rerun);
      if (pauses.holds(id) !== null) pauses.tell(id);
      log({ kind: "rerun", fields: { experiment: id, parent: parent.id, reason: request.reason ?? null } });
      if (key !== null) store.addKey(key, bodySha256, id);
    });
    try {
      await this.desk.settleSoon();
    } catch (error) {
      console.error(`${id}: not published yet, will try again`, error);
    }
    return done({ rerun, repeated: false });
  }

  private repeat(
    earlier: { bodySha256: string; rerun: string },
    bodySha256: string,
  ): Outcome<{ rerun: Rerun; repeated: boolean }> {
    const rerun = this.desk.store.rerun(earlier.rerun);
    if (rerun && earlier.bodySha256 === bodySha256) return done({ rerun, repeated: true });
    return refuse(422, {
      title: "Idempotency-Key used before",
      detail: `This key belongs to the request that made ${earlier.rerun}, and this request differs from it.`,
      remedy: "Send the same body to get that answer again, or take a fresh key.",
    });
  }
}

import { replicaHeader } from "../shared/experiments/replica.ts";
import type { Action } from "../shared/protocol/action-log.ts";
import type { ExperimentHeader } from "../shared/protocol/experiment.ts";
import type { StudyIndex } from "../shared/protocol/study-index.ts";
import { writeIndex } from "./metrics-kv.ts";
import type { Pauses } from "./operator/pauses-sqlite.ts";
import type { StudyStore } from "./study-sqlite.ts";
import { coordinator, ownHeaders, studySha256 } from "./study.ts";

/** What opening needs of the study's object. */
export interface OfStudy {
  readonly store: StudyStore;
  readonly pauses: Pauses;
  readonly env: Env;
  readonly log: (action: Action) => void;
  /** The index is about to be written to KV. */
  readonly countWrite: () => void;
}

/** Which experiments there are, and that each has been opened, told what it must know, and stands in the index. */
export class Opening {
  private readonly study: OfStudy;
  private settling: Promise<void> = Promise.resolve();

  constructor(study: OfStudy) {
    this.study = study;
  }

  /** Every experiment, rerun and experiment of replicas. */
  ids(): string[] {
    const { own, reruns, replicas = [] } = this.index();
    return [...own, ...reruns, ...replicas];
  }

  index(): StudyIndex {
    const { store, env } = this.study;
    const own = ownHeaders(env.PROFILE);
    const reruns = store.rerunIds();
    const replicas = this.replicaHeaders().map(({ id }) => id);
    return {
      ...{ studySha256: studySha256(own), own: own.map(({ id }) => id), reruns },
      ...(replicas.length > 0 && { replicas }),
    };
  }

  /** Makes experiments for replicas; they are in the index once they are there. */
  async openReplicas(ids: readonly string[]): Promise<void> {
    const { store, pauses } = this.study;
    const known = store.replicas();
    const fresh = ids.filter((id) => !known.includes(id));
    if (fresh.length === 0) return;
    for (const id of fresh) {
      store.addReplica(id);
      if (pauses.holds(id) !== null) pauses.tell(id);
    }
    await this.settle();
  }

  /** Opens what is not open yet and publishes the index if it changed; one at a time, so that the newest index is written last. */
  settle(): Promise<void> {
    this.settling = this.settling.catch(() => undefined).then(() => this.settleNow());
    return this.settling;
  }

  private async settleNow(): Promise<void> {
    const { store, pauses, env, log } = this.study;
    const own = ownHeaders(env.PROFILE);
    if (store.published()?.studySha256 !== studySha256(own)) {
      for (const header of own) {
        if (await this.open(header)) log({ kind: "opened", fields: { experiment: header.id } });
        if (pauses.holds(header.id) !== null) pauses.tell(header.id);
      }
      store.setUnopened();
    }
    for (const header of this.replicaHeaders()) {
      if (!store.isUnopened(header.id)) continue;
      if (await this.open(header)) log({ kind: "opened", fields: { experiment: header.id } });
      store.setReplicaOpened(header.id);
    }
    for (const header of store.unopened()) {
      await this.open(header);
      store.setOpened(header.id);
    }
    for (const id of pauses.untold()) {
      const reason = pauses.holds(id);
      await coordinator(env, id).setPaused(reason);
      // Meanwhile the operator may have changed it; then it is told again.
      if (pauses.holds(id) === reason) pauses.setTold(id);
    }
    await this.publishIndex();
  }

  private async publishIndex(): Promise<void> {
    const { store, env, countWrite } = this.study;
    const index = this.index();
    const published = store.published();
    const others = index.reruns.length + (index.replicas?.length ?? 0);
    if (published?.studySha256 === index.studySha256 && published.reruns === others) return;
    countWrite();
    await writeIndex(env.METRICS, index);
    store.setPublished(index.studySha256, others);
  }

  /**
   * Opens an experiment, or takes over its words; whoever was voided before gets no leases there either.
   * @returns whether it was made now
   */
  private async open(header: ExperimentHeader): Promise<boolean> {
    const { store, env } = this.study;
    const isNew = await coordinator(env, header.id).open(header);
    for (const { volunteer, reason } of store.voided("all")) await coordinator(env, header.id).void(volunteer, reason);
    return isNew;
  }

  /** Of the replicas that there are: those of another deployment's plans wait until it comes back. */
  private replicaHeaders(): ExperimentHeader[] {
    const known = this.study.store.replicas();
    const headers = ownHeaders(this.study.env.PROFILE).flatMap((header) => replicaHeader(header) ?? []);
    return headers.filter(({ id }) => known.includes(id));
  }
}

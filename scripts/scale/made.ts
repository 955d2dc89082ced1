import { intervalEnd } from "../../shared/audit/interval.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import type { Commit } from "../../shared/protocol/audit.ts";
import type { Lease } from "../../shared/protocol/lease.ts";
import type { Result } from "../../shared/protocol/result.ts";
import { checkpointOf, commitOf, resultOf } from "../crowd/made-up-result.ts";

/** What somebody would hand in for some steps of a run. */
export interface Made {
  readonly result: Result;
  readonly sha256: string;
}

/**
 * Made-up results, commits and states. They follow from variant, seed and steps, so experiments of one plan share them: making them is the crowd's work, and is
 * done once.
 */
export class MadeUp {
  readonly #results = new Map<string, Made>();
  readonly #commits = new Map<string, Commit>();
  readonly #states = new Map<string, { bytes: Uint8Array<ArrayBuffer>; sha256: string }>();

  /** @param toStep where it ends  @param trainMs that it took */
  result(lease: Lease, toStep: number, trainMs: number): Made {
    const { spec, shard, startCheckpoint } = lease;
    const key = `${lease.variant.id}/${spec.seed}/${shard.fromStep}/${toStep}/${shard.toStep}/${startCheckpoint ?? ""}/${trainMs}`;
    return known(this.#results, key, () => {
      const isPart = toStep !== shard.toStep;
      const cut = { ...lease, shard: { ...shard, toStep } };
      const result = resultOf(cut, { trainMs, endCheckpoint: this.state(lease, toStep).sha256, ...(isPart && { toStep }) });
      return { result, sha256: sha256Hex(canonicalJson(result)) };
    });
  }

  /** What is bound after the intervals that end in (from, step]. */
  commits(lease: Lease, from: number, step: number): Commit[] {
    const { spec, shard, startCheckpoint } = lease;
    const every = lease.commitEvery ?? shard.toStep;
    const commits: Commit[] = [];
    for (let at = from; at < shard.toStep;) {
      const to = intervalEnd(at, shard.toStep, every);
      if (to > step) break;
      const key = `${lease.variant.id}/${spec.seed}/${shard.fromStep}/${shard.toStep}/${startCheckpoint ?? ""}/${at}`;
      const begun = at;
      commits.push(known(this.#commits, key, () => commitOf(lease, this.result(lease, shard.toStep, 0).result, begun, to)));
      at = to;
    }
    return commits;
  }

  /** The state of a run after a step. */
  state(lease: Lease, step: number): { readonly bytes: Uint8Array<ArrayBuffer>; readonly sha256: string } {
    return known(this.#states, `${lease.spec.seed}/${step}`, () =>
      checkpointOf({ ...lease, shard: { ...lease.shard, toStep: step } }),
    );
  }
}

function known<T>(map: Map<string, T>, key: string, make: () => T): T {
  const before = map.get(key);
  if (before !== undefined) return before;
  const made = make();
  map.set(key, made);
  return made;
}

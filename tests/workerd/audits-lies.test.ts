import { reset, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ExperimentAudits } from "../../shared/protocol/audit.ts";
import type { Result } from "../../shared/protocol/result.ts";
import { studyIndex } from "../../workers/study.ts";
import { api, as, handIn, handInOnly, lease, openExperiment, problemOf, stubOf } from "./api.ts";
import { commitOf, leaseRequest, resultOf } from "./tiny.ts";
import {
  ada,
  eve,
  begin,
  GPU,
  header,
  honest,
  signFlipped,
  skipping,
  skippingSome,
  stateAt,
  put,
  train,
  audit,
  auditNext,
  audits,
  results,
} from "./auditing.ts";

beforeEach(begin);
afterEach(() => reset());

describe("a dishonest one", () => {
  test.each([
    ["skips most steps", skipping],
    ["flips signs", signFlipped],
  ])("that %s contradicts the audit; its results leave, and the seeds are leased again", async (_, how) => {
    const granted = await lease("tiny", { volunteer: eve });
    await train(granted, how);
    expect((await results()).results).toHaveLength(1);
    await auditNext(honest, how, { device: GPU });
    expect(await audits()).toMatchObject([{ verdict: "contradicted", outcomes: [{ agrees: false }] }]);
    const left = await results();
    expect(left.results).toEqual([]);
    expect(left.voided).toMatchObject([{ voided: { for: "identity" } }]);
    await problemOf(api("POST", "/api/leases", leaseRequest({ experiment: "tiny" }), as(eve)), 403);
    expect(await lease("tiny", { volunteer: ada })).toMatchObject({ shard: { id: granted.shard.id } });
  });

  test("that skips a few steps is blamed by nobody on another kind of device, and caught on one of its own", async () => {
    await train(await lease("tiny", { volunteer: eve }), skippingSome);
    await auditNext(honest, skippingSome, { device: GPU });
    expect(await audits()).toMatchObject([{ verdict: "could not be verified", outcomes: [{ agrees: null }] }]);
    expect((await results()).results).toHaveLength(1);
    await train(await lease("tiny", { volunteer: eve }), skippingSome);
    await auditNext(honest, skippingSome);
    expect((await audits()).at(-1)).toMatchObject({ verdict: "contradicted" });
    expect((await results()).results).toEqual([]);
  });

  test("is voided in every experiment, which the study is told of by the alarm", async () => {
    const { own } = await studyIndex(env);
    await train(await lease("tiny", { volunteer: eve }), signFlipped);
    await auditNext(honest, signFlipped, { device: GPU });
    await runDurableObjectAlarm(stubOf("tiny"));
    await problemOf(api("POST", "/api/leases", leaseRequest({ experiment: own[0]! }), as(eve)), 403);
  });

  test("that makes up losses differs in the first of them", async () => {
    const half = (values: readonly (number | null)[]) => values.map((loss) => loss! / 2);
    const lie = (result: Result): Partial<Result> => ({
      training: { ...result.training, loss: half(result.training.loss) },
      opening: half(result.opening),
    });
    await openExperiment({
      ...header(),
      id: "lies",
      plan: { ...header().plan, shardSteps: 5, spec: { ...header().plan.spec, steps: 5 } },
    });
    const granted = await lease("lies", { volunteer: eve });
    expect((await train(granted, honest, lie)).status).toBe(200);
    const again = (await audit({ experiment: "lies" }))!;
    const end = stateAt(again, 5, honest);
    await put(again, end);
    expect((await handInOnly(again, resultOf(again, { endCheckpoint: end.sha256 }))).status).toBe(200);
    const { audits: records } = ExperimentAudits.parse(await (await api("GET", "/api/experiments/lies/audits")).json());
    expect(records).toMatchObject([{ verdict: "contradicted" }]);
    expect(records[0]!.outcomes[0]!.words).toContain("loss of step 1");
  });

  test("cannot hand in what it did not bind, nor other rows than it bound, nor leave a drawn interval out", async () => {
    const granted = await lease("tiny", { volunteer: eve });
    const end = stateAt(granted, 40, honest);
    await put(granted, end);
    const result = resultOf(granted, { endCheckpoint: end.sha256 });
    const post = (body: Result) => handInOnly(granted, body);
    expect((await problemOf(post(result), 422)).detail).toContain("got the shard bound up to step 0, want 40");
    for (let from = 0; from < 40; from += 5) {
      const commit = { ...commitOf(granted, result, from, from + 5), checkpoint: stateAt(granted, from + 5, honest).sha256 };
      expect((await api("POST", `/api/leases/${granted.id}/commits`, { commits: [commit] })).status).toBe(200);
    }
    const { training } = result;
    const accuracy = training.accuracy.map((share, i) => (i === 38 ? (share === 0 ? 0.5 : 0) : share));
    expect((await problemOf(post({ ...result, training: { ...training, accuracy } }), 422)).detail).toContain("as was bound");
    const refused = await problemOf(post(result), 422);
    expect(refused.errors?.[0]?.message).toContain("want it stored for an audit");
  });

  test("that replays another's result is refused: model, start and lease are not its own", async () => {
    const first = await lease("tiny", { volunteer: ada });
    await train(first);
    const other = await lease("tiny", { volunteer: eve });
    const copy = resultOf(first, { endCheckpoint: stateAt(first, 40, honest).sha256 });
    await problemOf(handIn(other, copy), 422);
  });
});

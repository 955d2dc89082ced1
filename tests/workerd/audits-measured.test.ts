import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ExperimentAudits } from "../../shared/protocol/audit.ts";
import type { Result } from "../../shared/protocol/result.ts";
import { api, handInOnly, lease, openExperiment, problemOf } from "./api.ts";
import { commitOf, resultOf } from "./tiny.ts";
import { eve, begin, GPU, honest, rounded, header, stateAt, put, train, audit, movedFrom } from "./auditing.ts";

beforeEach(begin);
afterEach(() => reset());

describe("what was measured along a drawn interval", () => {
  const probes = { landscape: { every: 5, along: [0.5, 1], random: [1] } };
  const open = (id: string) => {
    const { plan: base } = header();
    const spec = { ...base.spec, steps: 5, probes };
    return openExperiment({ ...header(), id, plan: { ...base, shardSteps: 5, spec } });
  };
  /** Every number of a column `times` as large. */
  const scaled = (result: Result, column: string, times: number): Partial<Result> => {
    const landscape = result.measurements.landscape!;
    const values = (landscape.columns[column] as number[]).map((value) => value * times);
    return { measurements: { landscape: { ...landscape, columns: { ...landscape.columns, [column]: values } } } };
  };

  test.each([
    [1, "passed", "What was measured along it agrees, too."],
    [1.5, "contradicted", "landscape normSum at step 0"],
  ])("is measured again: %d times as large", async (times, verdict, words) => {
    await open("measured");
    const granted = await lease("measured", { volunteer: eve });
    expect((await train(granted, honest, (result) => scaled(result, "normSum", times))).status).toBe(200);
    const again = (await audit({ experiment: "measured", device: GPU }))!;
    expect(again.spec.probes).toEqual(probes);
    const end = movedFrom(again, stateAt(again, 0, honest), rounded);
    await put(again, end);
    expect((await handInOnly(again, resultOf(again, { endCheckpoint: end.sha256 }))).status).toBe(200);
    const { audits: records } = ExperimentAudits.parse(await (await api("GET", "/api/experiments/measured/audits")).json());
    expect(records).toMatchObject([{ verdict, outcomes: [{ words: expect.stringContaining(words) as string }] }]);
  });

  test("is bound with it: no other numbers can be handed in afterwards", async () => {
    await open("bound");
    const granted = await lease("bound", { volunteer: eve });
    const good = resultOf(granted, { endCheckpoint: stateAt(granted, 5, honest).sha256 });
    await put(granted, stateAt(granted, 5, honest));
    const commit = commitOf(granted, good, 0, 5);
    expect((await api("POST", `/api/leases/${granted.id}/commits`, { commits: [commit] })).status).toBe(200);
    const { errors } = await problemOf(handInOnly(granted, { ...good, ...scaled(good, "normSum", 1.1) }), 422);
    expect(errors?.map(({ path }) => path)).toEqual(["measurements (steps 0 to 5)"]);
  });
});

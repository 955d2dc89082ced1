import { reset, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test } from "vitest";
import { CommitReply } from "../../shared/protocol/audit.ts";
import { api, handInOnly, lease, openExperiment, putCheckpoint, setClock, stubOf, T0 } from "./api.ts";
import { commitOf, resultOf, tinyHeader } from "./tiny.ts";

/** A pilot's shard: 200 steps in 40 intervals, three minutes long. */
const STEPS = 200;
const INTERVAL = 5;
const INTERVAL_MS = 4_500;
/** What a volunteer binds between two local checkpoints. */
const PER_CALL = 4;
const { probes: _none, ...spec } = tinyHeader("x").plan.spec;
const header = tinyHeader("rows", { shardSteps: STEPS, spec: { ...spec, steps: STEPS, evaluateEvery: null } });

afterEach(() => reset());

/** Counts the rows that an experiment's object writes from now on, those of indexes included, by the statement's first words. */
async function countRows(id: string): Promise<() => Map<string, number>> {
  const rows = new Map<string, number>();
  await runInDurableObject(stubOf(id), (instance, { storage: { sql } }) => {
    const exec: SqlStorage["exec"] = (query, ...values) => {
      const cursor = sql.exec(query, ...(values as SqlStorageValue[]));
      const words = /^\s*(?:\w+\s+){1,2}\w+/.exec(query)?.[0] ?? query;
      rows.set(words, (rows.get(words) ?? 0) + cursor.rowsWritten);
      return cursor as never;
    };
    // The stores of the object each hold the handle that they write through.
    for (const store of Object.values(instance) as unknown[]) {
      if (store !== null && typeof store === "object" && "sql" in store) store.sql = { exec };
    }
  });
  return () => new Map([...rows].filter(([, n]) => n > 0));
}

test("a shard of forty intervals is kept in few rows: a row in a plan's allowance is worth more than its bytes", async () => {
  await openExperiment(header);
  const granted = await lease("rows");
  const rows = await countRows("rows");
  const result = resultOf(granted);
  const ends = Array.from({ length: STEPS / INTERVAL }, (_, i) => INTERVAL * (i + 1));
  const bound = ends.map((to) => commitOf(granted, result, to - INTERVAL, to));
  const states = new Map(
    bound.map(({ step, checkpoint }) => [checkpoint, { ...granted, shard: { ...granted.shard, toStep: step } }]),
  );
  for (let i = 0; i < ends.length; i += PER_CALL) {
    await setClock("rows", T0 + (i + PER_CALL) * INTERVAL_MS);
    const commits = bound.slice(i, i + PER_CALL);
    const reply = CommitReply.parse(await (await api("POST", `/api/leases/${granted.id}/commits`, { commits })).json());
    for (const sha256 of reply.wanted) await putCheckpoint(states.get(sha256)!);
  }
  await putCheckpoint(granted);
  expect((await handInOnly(granted, result)).status).toBe(200);
  const written = rows();
  // One for each call, one in the index at first, and the one that goes: it was 82 with a row for each interval.
  expect((written.get("INSERT INTO bound") ?? 0) + (written.get("DELETE FROM bound") ?? 0)).toBeLessThanOrEqual(12);
  // In all, with the lease put off and the result: it was 184.
  console.log(
    [...written.values()].reduce((sum, n) => sum + n, 0),
    [...written],
  );
  expect([...written.values()].reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(46);
});

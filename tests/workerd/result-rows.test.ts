import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { ROWS_WRITTEN } from "../../scripts/load/rows-written.ts";
import type { Lease } from "../../shared/protocol/lease.ts";
import {
  api,
  bind,
  handInOnly,
  holderOf,
  lease,
  openExperiment,
  putCheckpoint,
  setClock,
  signedBy,
  somebody,
  stubOf,
  T0,
} from "./api.ts";
import { checkpointOf, resultOf, tinyHeader } from "./tiny.ts";

const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];

/** From now on the object keeps what it asks its storage. */
const count = (id: string) =>
  runInDurableObject(stubOf(id), (_, { storage }) => {
    const exec = storage.sql.exec.bind(storage.sql);
    storage.sql.exec = ((...args: Parameters<typeof exec>) => {
      const cursor = exec(...args);
      // What the caps count is written now and then, by chance.
      if (!/\bcounted\b/.test(args[0])) cursors.push(cursor);
      return cursor;
    }) as typeof storage.sql.exec;
  });

/** Rows that the experiment's object wrote meanwhile. */
async function rows(id: string, work: () => Promise<unknown>): Promise<number> {
  cursors.length = 0;
  await work();
  return runInDurableObject(stubOf(id), () => cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0));
}

/** Rows for a part that is left behind after the first interval; 0 where that is the whole shard. */
async function leavePart(id: string, granted: Lease): Promise<number> {
  const { fromStep, toStep } = granted.shard;
  if (toStep === fromStep + 5) return 0;
  const part = { ...granted, shard: { ...granted.shard, toStep: fromStep + 5 } };
  await putCheckpoint(part);
  const signed = await signedBy(holderOf(granted), granted.id, resultOf(part, { toStep: part.shard.toStep }));
  return rows(id, async () => expect((await api("POST", `/api/leases/${granted.id}/part`, signed)).status).toBe(200));
}

/** What a volunteer's first shard costs from its lease on, request by request. @param intervals of five steps */
async function shard(id: string, intervals: number) {
  const steps = 5 * intervals;
  const { spec } = tinyHeader(id).plan;
  await openExperiment(tinyHeader(id, { shardSteps: steps, spec: { ...spec, steps, probes: {} } }));
  const volunteer = await somebody();
  // Compiles the model, which is kept.
  await api("POST", `/api/leases/${(await lease(id, { volunteer })).id}/return`);
  await count(id);
  let granted!: Awaited<ReturnType<typeof lease>>;
  let uploads = 0;
  const written = {
    lease: await rows(id, async () => (granted = await lease(id, { volunteer }))),
    extension: await rows(id, async () => {
      await setClock(id, T0 + 20_000);
      await api("POST", `/api/leases/${granted.id}/heartbeat`, { step: 0, loss: 1, accuracy: 0.5, stepsPerSecond: 1 });
    }),
    bound: await rows(id, async () => {
      const end = checkpointOf(granted).sha256;
      uploads = new Set((await bind(granted)).filter((sha256) => sha256 !== end)).size;
    }),
    checkpoint: await rows(id, () => putCheckpoint(granted)),
    part: await leavePart(id, granted),
    handedIn: await rows(id, async () => expect((await handInOnly(granted, resultOf(granted))).status).toBe(200)),
  };
  // Which interval is drawn decides how many states are stored while they are bound.
  return { ...written, bound: written.bound - uploads * written.checkpoint };
}

test("a result costs as many rows as the cost tables say", async () => {
  const [one, four] = [await shard("rows-of-one", 1), await shard("rows-of-four", 4)];
  const whole = ({ bound, handedIn }: typeof one) => bound + handedIn;
  const { lease, extension, checkpoint } = one;
  const { part } = four;
  // The part goes when the result is accepted.
  const commit = (whole(four) - whole(one) - part) / 3;
  expect({ lease, extension, checkpoint, part: 2 * part, shard: whole(one), commit }).toEqual(ROWS_WRITTEN);
});

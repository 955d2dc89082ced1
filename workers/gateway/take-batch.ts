import type { CoordinatorStore } from "../store-sqlite.ts";
import type { Batch, GatewayStore } from "./gateway-sqlite.ts";

/**
 * Writes what a gateway tells into the root's store, once: what comes again, because its answer was lost, is passed over. To be called in a transaction.
 * The gateway has checked the results; the root chains them in the order in which they come here.
 * @returns whether anything is new
 * @throws Error when something is missing in between
 */
export function takeBatch(store: CoordinatorStore, gateways: GatewayStore, told: Batch): boolean {
  const { number, batch, after, upTo, results, voids, runs, leased } = told;
  const taken = gateways.taken(number);
  // A call that was overtaken by a later one, which began where this one does: everything in it is here.
  if (batch <= taken.batch) return false;
  if (after > taken.mark) throw new Error(`gateway ${number}: got results after ${after}, want those after ${taken.mark}`);
  // What was voided was sent before whatever took its place.
  for (const { n, shard, voided } of voids) if (n > taken.voids) store.results.voidShard(shard, voided);
  for (const { position, shard, volunteer, steps, json, voided } of results) {
    if (position > taken.mark) store.results.add(shard, volunteer, steps, json, voided);
  }
  for (const run of runs) store.runs.advance(run);
  const [mark, lastVoid] = [Math.max(taken.mark, upTo), Math.max(taken.voids, voids.at(-1)?.n ?? 0)];
  gateways.setTaken(number, { batch, mark, voids: lastVoid }, leased);
  return true;
}

import type { OrtTensor } from "../ort.ts";
import type { Origin } from "./landscape.ts";
import { kept, type Row } from "./row.ts";
import type { Feed, ProbeSession } from "./session.ts";

/** Definition 2.1: each layer's gradient before (G) and after (G') the layers before it took this step's update, same batch. */
export async function shiftRow(session: ProbeSession, before: Feed, next: OrtTensor, origin: Origin): Promise<Row> {
  const row: Row = {};
  for (const { layer, weight, preceding } of session.models.shiftLayers) {
    const there = await session.numbers("between", { ...before, next, choose: preceding, reference: origin.gradient });
    const norm = Math.sqrt(origin.numbers["squares"]![weight]!);
    const normAfter = Math.sqrt(there["squares"]![weight]!);
    row[`l2.${layer}`] = kept(Math.sqrt(there["differenceSquares"]![weight]!));
    row[`cosine.${layer}`] = kept(there["dots"]![weight]! / (norm * normAfter));
    row[`norm.${layer}`] = kept(norm);
    row[`normAfter.${layer}`] = kept(normAfter);
  }
  return row;
}

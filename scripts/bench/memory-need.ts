import type { ProgramSpec } from "../../shared/nn/training.ts";
import { nodeOrt } from "../volunteer/ort-node.ts";
import { trainLong } from "./long-training.ts";

/** Prints by how many bytes this process grows at most while it trains and tests its argument's network, as the volunteer does. */
const spec = JSON.parse(process.argv[2]!) as ProgramSpec;
globalThis.gc?.();
const before = process.memoryUsage.rss();
await trainLong(
  nodeOrt(1),
  "cpu",
  spec,
  { steps: 3, every: 3 },
  () => Promise.resolve({}),
  () => undefined,
);
console.log(process.resourceUsage().maxRSS * 1024 - before);

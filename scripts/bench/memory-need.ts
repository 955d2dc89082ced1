import { readFileSync } from "node:fs";
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
console.log(mostResidentBytes() - before);

/** Not `maxRSS`: on Linux that begins with what the process that started this one had. */
function mostResidentBytes(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1024;
  return 1024 * Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}

import { nodeOrt } from "../volunteer/ort-node.ts";
import { trainLong } from "./long-training.ts";
import type { LongTraining } from "./memory.ts";

/** A long training on onnxruntime-node, watched from inside its process (--expose-gc): a line of JSON for each mark. */
const { spec, steps, every } = JSON.parse(process.argv[2]!) as LongTraining;
const collect = globalThis.gc;
if (!collect) throw new Error("memory: got no gc, want node --expose-gc");

await trainLong(
  nodeOrt(1),
  "cpu",
  spec,
  { steps, every },
  async () => {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 50)); // Finalizers of native memory run in a turn of their own.
    collect();
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
    return { resident: rss, "JavaScript heap": heapUsed, "array buffers": arrayBuffers };
  },
  (mark) => console.log(JSON.stringify(mark)),
);

import { parseArgs } from "node:util";
import { putSection } from "./bench/document.ts";
import { measureFormulations } from "./bench/formulations.ts";
import { lightSection, measureLight } from "./bench/light.ts";
import { watchMemory } from "./bench/memory.ts";
import { memorySection } from "./bench/memory-section.ts";
import { measureNeeds, needsSection } from "./bench/needs.ts";
import { measureOverhead } from "./bench/overhead.ts";
import { overheadSection } from "./bench/overhead-section.ts";
import { busyShare } from "./bench/quiet.ts";
import { readmeTable, stepSection } from "./bench/step-section.ts";
import { measureSteps } from "./bench/steps.ts";
import { measureThrottle } from "./bench/throttle.ts";
import { throttleSection } from "./bench/throttle-section.ts";

const USAGE = `npm run bench -- [options]: the training step side by side with its peers; writes docs/bench.md and the README's table
  --full           also VGG-11 at 1/4 and 1/2 and VGG-16 at full width (half an hour more)
  --resume         goes on after an interrupted run; races that were measured under load are run again
  --rounds N       alternating rounds (default 5; slow contestants take part in fewer)
  --only WORD      only contestants whose name contains it; nothing is written
Instead of that, one section of docs/bench.md each:
  --overhead       where a step's time goes besides the kernels, and ways for a batch to reach the device (three minutes)
  --light          what it takes to begin: downloads, sessions, first steps (two minutes)
  --needs          memory that training takes, against what is predicted before a shard is leased (five minutes)
  --throttle       what the donate page's throttle does to steps and to the processor's time (five minutes)
  --memory         memory over 5,000 steps in Node, WebAssembly and WebGPU (ten minutes)
or, printed only:
  --formulations   the formulations of convolutions and their gradients, from which shared/graph chooses (half an hour);
                   --only WORD: rows whose name contains it ("wasm", "cpu 3->32@32", "emulated")
BENCH_PYTHON names a Python that has PyTorch.`;

const { values: options } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    resume: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
    overhead: { type: "boolean", default: false },
    light: { type: "boolean", default: false },
    needs: { type: "boolean", default: false },
    memory: { type: "boolean", default: false },
    throttle: { type: "boolean", default: false },
    formulations: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

async function steps(): Promise<void> {
  const command = `npm run bench${options.full ? " -- --full" : ""}`;
  const { only, full, resume } = options;
  const measured = await measureSteps({ full, resume, only, rounds: Number(options.rounds) }, async (soFar) => {
    if (only !== undefined) return;
    await putSection("docs/bench.md", "steps", stepSection(soFar, command));
    await putSection("README.md", "steps", readmeTable(soFar));
  });
  console.log(stepSection(measured, command));
}

const note = (text: string) => console.error(text);

/** Measures a section and writes it; what others use of the machine is looked at before and after. */
async function section(name: "overhead" | "light" | "memory" | "needs" | "throttle"): Promise<void> {
  const command = `npm run bench -- --${name}`;
  const before = await busyShare(1000);
  const write = {
    overhead: async (busy: () => Promise<number>) => {
      const { overheads, ways } = await measureOverhead(note);
      return overheadSection(overheads, ways, command, await busy());
    },
    light: async (busy: () => Promise<number>) => {
      const { sizes, starts } = await measureLight(note);
      return lightSection(sizes, starts, command, await busy());
    },
    throttle: async (busy: () => Promise<number>) => throttleSection(await measureThrottle(note), command, await busy()),
    needs: async (busy: () => Promise<number>) => needsSection(await measureNeeds(note), command, await busy()),
    memory: async (busy: () => Promise<number>) => {
      const watched = await watchMemory(({ where, marks }) => note(`${where}: ${JSON.stringify(marks.at(-1))}`));
      return memorySection(watched, command, await busy());
    },
  }[name];
  const text = await write(async () => Math.max(before, await busyShare(1000)));
  await putSection("docs/bench.md", name, text);
  console.log(text);
}

if (options.help) console.log(USAGE);
else if (options.overhead) await section("overhead");
else if (options.light) await section("light");
else if (options.needs) await section("needs");
else if (options.throttle) await section("throttle");
else if (options.memory) await section("memory");
else if (options.formulations) await measureFormulations((line) => console.log(line), options.only);
else await steps();

import { parseArgs } from "node:util";
import { putSection } from "./bench/document.ts";
import { measureFormulations } from "./bench/formulations.ts";
import { readmeTable, stepSection } from "./bench/step-section.ts";
import { measureSteps } from "./bench/steps.ts";

const USAGE = `npm run bench -- [options]: the training step side by side with its peers; writes docs/bench.md and the README's table
  --full           also VGG-11 at 1/4 and 1/2 and VGG-16 at full width (half an hour more)
  --resume         goes on after an interrupted run: races it has finished are not run again
  --rounds N       alternating rounds (default 5; slow contestants take part in fewer)
  --only WORD      only contestants whose name contains it; nothing is written
Instead of that:
  --formulations   the formulations of the convolution gradients, from which shared/graph/formulations.ts chooses
BENCH_PYTHON names a Python that has PyTorch.`;

const { values: options } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    resume: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
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

if (options.help) console.log(USAGE);
else if (options.formulations) await measureFormulations((line) => console.log(line));
else await steps();

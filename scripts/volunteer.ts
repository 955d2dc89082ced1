import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { openCoordinator } from "../shared/volunteer/coordinator.ts";
import { FREELY } from "../shared/volunteer/conduct.ts";
import { Volunteer } from "../shared/volunteer/loop.ts";
import type { Choices, Keys, Ports } from "../shared/volunteer/ports.ts";
import { SocketTransport } from "../shared/volunteer/socket-transport.ts";
import { httpTransport } from "../shared/volunteer/transport.ts";
import { ownFolder } from "./volunteer/files.ts";
import { inOrder } from "./volunteer/in-order.ts";
import { fileKeys } from "./volunteer/keys.ts";
import { nodeClock, nodeFetch, nodePorts } from "./volunteer/node-ports.ts";
import { wasmRuntime } from "./volunteer/ort-wasm.ts";
import { duration, progress } from "./volunteer/progress.ts";
import { returnMemory } from "./volunteer/returned-memory.ts";
import { dutyOf, wholeNumber } from "./whole-number.ts";

const USAGE = `npm run volunteer -- --url http://127.0.0.1:8787 [options]
  --url URL          the coordinator's address
  --shards N         stop after N shards (default: go on until Ctrl-C)
  --threads N        processor threads (default: all)
  --duty N           percent of the time that it may compute; it works and rests in turn (default: 100)
  --wasm             trains with WebAssembly, as browsers without a GPU do, instead of native code (slower: for tries)
  --alias NAME       the name shown with your results (default: none)
  --experiment ID    only this experiment; several: the first of them that has a shard
  --state FOLDER     where this volunteer's key and checkpoints are kept (default: .cache/volunteer)
Exit codes: 0 done or stopped with Ctrl-C, 1 failed, 2 wrong arguments.`;

returnMemory();
const root = path.resolve(import.meta.dirname, "..");
const { origin, threads, duty, isWasm, alias, choices, experiments, state } = readArguments();
const folder = ownFolder(state);
let kept: Promise<Keys> | undefined;
const keys = () => (kept ??= fileKeys(state));
let order: readonly string[] = experiments;
const transport = new SocketTransport({
  open: () => new WebSocket(`${origin.replace(/^http/, "ws")}/api/socket`),
  http: httpTransport(nodeFetch, origin),
  clock: nodeClock,
  random: Math.random,
});
const ports: Ports = {
  ...nodePorts(origin, folder, threads, isWasm ? wasmRuntime : undefined),
  coordinator: inOrder(openCoordinator({ fetch: nodeFetch, origin, keys, alias, transport }), () => order),
};

console.log(
  `Training for ${origin} on ${threads} ${threads === 1 ? "thread" : "threads"}. Ctrl-C stops and gives the shard in hand back.`,
);
const volunteer = new Volunteer(ports, choices);
volunteer.behave({ ...FREELY, duty });
const show = progress(process.stdout, () => Date.now());
volunteer.subscribe(show);
const ticking = setInterval(() => show(volunteer.view), 1000);
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (interrupted) process.exit(1);
    interrupted = true;
    process.stdout.write("\nHanding in what was trained, and giving the rest back ...\n");
    volunteer.stop();
  });
}

// A fleet says what is needed most, and a volunteer ends with its fleet.
process.on("message", (message: { experiments: readonly string[] }) => (order = message.experiments));
process.on("disconnect", () => volunteer.stop());

// Whoever read the progress has gone (`| head`): then this ends as with Ctrl-C.
process.stdout.on("error", () => volunteer.stop());
volunteer.start();
await volunteer.ended;
clearInterval(ticking);
const { phase, contribution } = volunteer.view;
if (process.stdout.isTTY) process.stdout.write("\n");
const { shards, steps, trainMs } = contribution;
process.stdout.write(
  `This machine has given ${shards} ${shards === 1 ? "shard" : "shards"}: ${steps} steps, ${duration(trainMs / 1000)} of training. Thank you.\n`,
);
process.exit(phase.kind === "failed" ? 1 : 0);

function readArguments(): {
  origin: string;
  threads: number;
  duty: number;
  isWasm: boolean;
  alias: string | undefined;
  choices: Choices;
  experiments: string[];
  state: string;
} {
  try {
    const { values } = parseArgs({
      options: {
        url: { type: "string" },
        shards: { type: "string" },
        threads: { type: "string" },
        duty: { type: "string" },
        wasm: { type: "boolean", default: false },
        alias: { type: "string" },
        experiment: { type: "string", multiple: true },
        state: { type: "string" },
        help: { type: "boolean" },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    if (values.url === undefined || !URL.canParse(values.url))
      throw new Error(`--url: got ${values.url ?? "nothing"}, want the coordinator's address`);
    return {
      origin: new URL(values.url).origin,
      threads: wholeNumber("--threads", values.threads) ?? os.availableParallelism(),
      duty: dutyOf(values.duty),
      isWasm: values.wasm,
      alias: values.alias,
      choices: { shards: wholeNumber("--shards", values.shards) },
      experiments: values.experiment ?? [],
      state: path.resolve(values.state ?? path.join(root, ".cache/volunteer")),
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

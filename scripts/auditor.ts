import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { openCoordinator } from "../shared/volunteer/coordinator.ts";
import { FREELY } from "../shared/volunteer/conduct.ts";
import { Volunteer } from "../shared/volunteer/loop.ts";
import type { Keys } from "../shared/volunteer/ports.ts";
import { httpTransport } from "../shared/volunteer/transport.ts";
import type { AuditWish } from "../shared/protocol/operator-audit.ts";
import { auditsOnly } from "./auditor/audits-only.ts";
import { wasmAuditors } from "./auditor/wasm-auditors.ts";
import { operatorToken } from "./start/token.ts";
import { ownFolder } from "./volunteer/files.ts";
import { fileKeys } from "./volunteer/keys.ts";
import { nodeFetch, nodePorts } from "./volunteer/node-ports.ts";
import { progress } from "./volunteer/progress.ts";
import { returnMemory } from "./volunteer/returned-memory.ts";
import { wasmRuntime } from "./volunteer/ort-wasm.ts";
import { dutyOf, wholeNumber } from "./whole-number.ts";

const USAGE = `npm run auditor -- --url http://127.0.0.1:8787 [options]
  --url URL          the coordinator's address
  --token TOKEN      the operator's token (default: OPERATOR_TOKEN of the environment, or of .dev.vars)
  --audits N         stop after N intervals (default: go on until Ctrl-C)
  --threads N        processor threads (default: all)
  --duty N           percent of the time that it may compute; it works and rests in turn (default: 100)
  --wasm 4,2,1       also audits volunteers of WebAssembly bit for bit, in a process for each number of threads (default: 4,2,1; none: none)
  --experiment ID    only this experiment
  --state FOLDER     where the auditor's key and checkpoints are kept (default: .cache/auditor)
Trains drawn intervals again, and the first steps of shards that come next; what it finds decides. Interrupted, it goes on where it was.
Exit codes: 0 done or stopped with Ctrl-C, 1 failed, 2 wrong arguments.`;

returnMemory();
const root = path.resolve(import.meta.dirname, "..");
const { origin, token, audits, threads, duty, experiment, state, wasm, onWasm } = readArguments();
let kept: Promise<Keys> | undefined;
const keys = () => (kept ??= fileKeys(state));
const transport = httpTransport(nodeFetch, origin);
const flags = ["--url", origin, "--duty", String(100 * duty), ...(experiment === undefined ? [] : ["--experiment", experiment])];
const others = wasmAuditors(wasm, import.meta.filename, flags, { OPERATOR_TOKEN: token }, state);
const wish = (): AuditWish => (onWasm === undefined ? { leave: others.devices() } : { only: "same bits" });
const ports =
  onWasm === undefined ? nodePorts(origin, ownFolder(state), threads) : nodePorts(origin, ownFolder(state), onWasm, wasmRuntime);
const auditor = new Volunteer(
  {
    ...ports,
    coordinator: auditsOnly(openCoordinator({ fetch: nodeFetch, origin, keys, transport }), transport, keys, token, wish),
  },
  { experiment, shards: audits },
);
auditor.behave({ ...FREELY, duty });
console.log(
  `Auditing ${origin} on ${threads} ${threads === 1 ? "thread" : "threads"}. Ctrl-C stops and gives the interval in hand back.`,
);
const show = progress(process.stdout, () => Date.now());
auditor.subscribe(show);
const ticking = setInterval(() => show(auditor.view), 1000);
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (interrupted) process.exit(1);
    interrupted = true;
    auditor.stop();
  });
}
process.on("disconnect", () => auditor.stop());
process.stdout.on("error", () => auditor.stop());
auditor.start();
await auditor.ended;
others.stop();
clearInterval(ticking);
const { phase, contribution } = auditor.view;
process.stdout.write(`\nThis auditor has trained ${contribution.shards} intervals again, ${contribution.steps} steps.\n`);
process.exit(phase.kind === "failed" ? 1 : 0);

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        url: { type: "string" },
        token: { type: "string" },
        audits: { type: "string" },
        threads: { type: "string" },
        duty: { type: "string" },
        experiment: { type: "string" },
        state: { type: "string" },
        wasm: { type: "string" },
        "on-wasm": { type: "string" },
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
      token: values.token ?? process.env["OPERATOR_TOKEN"] ?? operatorToken(path.join(root, ".dev.vars")),
      audits: wholeNumber("--audits", values.audits),
      threads: wholeNumber("--threads", values.threads) ?? os.availableParallelism(),
      duty: dutyOf(values.duty),
      experiment: values.experiment,
      wasm: values["on-wasm"] !== undefined || values.wasm === "none" ? [] : threadCounts(values.wasm ?? "4,2,1"),
      onWasm: wholeNumber("--on-wasm", values["on-wasm"]),
      state: path.resolve(values.state ?? path.join(root, ".cache/auditor")),
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

function threadCounts(given: string): number[] {
  return given.split(",").map((count) => wholeNumber("--wasm", count)!);
}

import { mkdirSync } from "node:fs";
import path from "node:path";
import { lock } from "../lock.ts";
import { whenAsked } from "../start/process-tree.ts";
import { type LocalCoordinator, startLocal } from "./local-coordinator.ts";

/**
 * A coordinator that may be killed at any moment and started again over what it had stored: `coordinator-process.ts STATE BUNDLE PORT INSPECTOR ASSETS`, with what it has
 * over the deployment's own variables as JSON in VARIABLES, where no list of processes shows tokens. It is the Worker as it would be deployed, in workerd, with nothing of
 * Wrangler's around it, so that it starts at once, and what workerd holds is what the Worker and the local stand-ins for KV and R2 hold. It ends with the process that
 * started it, however that ended.
 */
const [state = "", bundle = "", port = "", inspector = "", assets = ""] = process.argv.slice(2);
const starting = start();
process.on("disconnect", () => void stop());
whenAsked(() => void stop());
await starting;

async function start(): Promise<LocalCoordinator> {
  mkdirSync(state, { recursive: true });
  // After a kill -9 the last one of this folder needs a moment to end, and two of them must not write to one storage.
  while (!lock(path.join(state, "lock"))) await new Promise((resolve) => setTimeout(resolve, 50));
  const variables = JSON.parse(process.env["VARIABLES"] ?? "{}") as Record<string, string>;
  const place = { port: Number(port), inspector: Number(inspector), storage: path.join(state, "storage"), assets };
  return startLocal(bundle, variables, place);
}

async function stop(): Promise<void> {
  await starting.then((coordinator) => coordinator.close()).catch(() => undefined);
  process.exit(0);
}

import { mkdirSync } from "node:fs";
import path from "node:path";
import { startLocal } from "../load/local-coordinator.ts";
import { lock } from "../lock.ts";

/**
 * The coordinator of a long run, started by `npm run soak` as `coordinator-process.ts STATE BUNDLE PORT INSPECTOR ASSETS`: the Worker as it would be deployed, in workerd, with
 * nothing of Wrangler's around it, so that what workerd holds is what the Worker and the local stand-ins for KV and R2 hold. It ends with the process that started it.
 */
const [state = "", bundle = "", port = "", inspector = "", assets = ""] = process.argv.slice(2);
mkdirSync(state, { recursive: true });
// After a kill -9 the last one of this folder needs a moment to end, and two of them must not write to one storage.
while (!lock(path.join(state, "lock"))) await new Promise((resolve) => setTimeout(resolve, 200));

const coordinator = await startLocal(
  bundle,
  { PUBLISH_SECONDS: "15", OPERATOR_TOKEN: process.env["OPERATOR_TOKEN"] ?? "" },
  { port: Number(port), inspector: Number(inspector), storage: path.join(state, "storage"), assets },
);
let isStopping = false;
async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  await coordinator.close();
  process.exit(0);
}
process.on("disconnect", () => void stop());
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop());

import { mkdirSync } from "node:fs";
import path from "node:path";
import { lock } from "../lock.ts";
import { endTree, startTree, whenAsked } from "../start/process-tree.ts";
import { QUIET } from "../start/quiet.ts";
import { writeConfiguration } from "./coordinator-configuration.ts";

/**
 * The study's coordinator for a fleet, started by `npm run fleet` as `coordinator-process.ts STATE PORT [ASSETS]`: the project's Worker as `npm start` runs it, but with no
 * site built, so that a snapshot that is written does not build the site again. It ends with the process that started it, however that ended. ASSETS is the
 * folder of static files: without it, only what command-line volunteers need.
 */
const root = path.resolve(import.meta.dirname, "../..");
const [state = "", port = "", assets = path.join(root, "site/public")] = process.argv.slice(2);
mkdirSync(state, { recursive: true });
// After a kill -9 the last one of this folder needs a moment to end, and two of them must not write to one storage.
while (!lock(path.join(state, "lock"))) await new Promise((resolve) => setTimeout(resolve, 200));

const { file } = writeConfiguration(state, assets);
const wrangler = path.join(root, "node_modules/wrangler/bin/wrangler.js");
const child = startTree(
  process.execPath,
  [
    ...[wrangler, "dev", "--config", file, "--port", port, "--ip", "127.0.0.1"],
    ...[
      "--persist-to",
      path.join(state, "storage"),
      "--var",
      "PUBLISH_SECONDS:15",
      "--var",
      "KV_WRITES_PER_DAY:0",
      "--var",
      "LOG_LINES:off",
    ],
  ],
  { ...process.env, ...QUIET },
);
child.stdout?.pipe(process.stdout);
child.stderr?.pipe(process.stderr);

let isStopping = false;
async function stop(code: number): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  await endTree(child);
  process.exit(code);
}
process.on("disconnect", () => void stop(0));
whenAsked(() => void stop(0));
child.on("exit", (code) => void stop(code ?? 1));

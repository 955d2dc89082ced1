import { spawnSync } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { StudySnapshot } from "../shared/protocol/snapshot.ts";
import { endTree, startTree, whenAsked } from "./start/process-tree.ts";
import { QUIET } from "./start/quiet.ts";
import { operatorToken, rerunToken } from "./start/token.ts";
import { welcome } from "./start/welcome.ts";

/** `npm start [-- Wrangler's arguments]`: site, API and storage on one local address, until Ctrl-C. */
const root = path.resolve(import.meta.dirname, "..");
const env = { ...process.env, ...QUIET };
const variables = path.join(root, ".dev.vars");
const tokens = { rerun: rerunToken(variables), operator: operatorToken(variables) };

// Wrangler's build would fetch the data set too, but without showing how far it is.
const data = spawnSync(process.execPath, [path.join(root, "scripts/data.ts")], { stdio: "inherit", env });
if (data.status !== 0) process.exit(data.status ?? 1);

console.log("Building the site and starting the coordinator (about 15 seconds)...");
const wrangler = path.join(root, "node_modules/wrangler/bin/wrangler.js");
const child = startTree(
  process.execPath,
  [
    wrangler,
    "dev",
    "--var",
    "PUBLISH_SECONDS:2",
    "--var",
    "KV_WRITES_PER_DAY:0",
    "--var",
    "LOG_LINES:off",
    ...process.argv.slice(2),
  ],
  env,
);

const shown: string[] = [];
let origin: string | null = null;
for (const stream of [child.stdout, child.stderr]) {
  if (!stream) continue;
  createInterface({ input: stream }).on("line", (line) => {
    const ready = /Ready on (https?:\/\/\S+)/.exec(line)?.[1];
    if (ready && origin === null) {
      origin = ready;
      void greet(ready);
    } else if (origin === null) shown.push(line);
    // A line for every request would bury what matters.
    else if (!line.startsWith("[wrangler:info]") && line.trim() !== "") console.log(line);
  });
}

let stopping = false;
async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  await endTree(child);
  process.exit(code);
}
whenAsked(() => void stop(0));
child.on("exit", (code) => {
  if (stopping) return;
  console.error(shown.join("\n"));
  console.error(
    origin === null ? "\nThe coordinator did not start; the reason stands above." : "\nThe coordinator stopped by itself.",
  );
  void stop(code === 0 ? 1 : (code ?? 1));
});

async function greet(address: string): Promise<void> {
  try {
    const experiments = await firstSnapshot(address);
    console.log(welcome(address, tokens, experiments.experiments[0]?.experiment.id ?? "", stateFolder(process.argv)));
  } catch (error) {
    console.error(shown.join("\n"));
    console.error(`\nThe coordinator started at ${address} but does not answer as it should:`, error);
    await stop(1);
  }
}

function stateFolder(args: readonly string[]): string {
  const at = args.indexOf("--persist-to");
  return at < 0 ? ".wrangler/state" : (args[at + 1] ?? "");
}

/** Waits until the API answers. @throws Error with the last reason after 30 seconds */
async function firstSnapshot(address: string): Promise<StudySnapshot> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      const health = await fetch(`${address}/api/health`);
      if (!health.ok) throw new Error(`GET /api/health: got ${health.status} ${await health.text()}`);
      return StudySnapshot.parse(await (await fetch(`${address}/api/snapshot`)).json());
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

import type { ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { freePort } from "../fleet/free-port.ts";
import { endTree, startTree } from "./process-tree.ts";

/** What `npm start` brings up, on a free port and with an empty state of its own. */
export interface StudyServer {
  readonly origin: string;
  close(): Promise<void>;
}

const PATIENCE_MS = 180_000;

/** @throws Error with what the command printed, when it does not come up */
export async function startStudy(): Promise<StudyServer> {
  const state = mkdtempSync(path.join(os.tmpdir(), "batchnorm-at-home-"));
  const port = await freePort(null);
  const start = path.resolve(import.meta.dirname, "../start.ts");
  const child = startTree(process.execPath, [start, "--port", String(port), "--persist-to", state], process.env);
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data: Buffer) => printed.push(data.toString()));
  const origin = `http://127.0.0.1:${port}`;
  const close = async () => {
    await end(child);
    await rm(state, { recursive: true, force: true });
  };
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const healthy = await fetch(`${origin}/api/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (healthy) return { origin, close };
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await close();
  throw new Error(`npm start did not come up:\n${printed.join("")}`);
}

/** start.ts ends its own children when it is asked to. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000))]);
  await endTree(child);
}

import { type ChildProcess, fork } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { freePort } from "../fleet/free-port.ts";
import { sleep } from "./sleep.ts";

const READY_MS = 120_000;
const root = path.resolve(import.meta.dirname, "../..");

/** The Worker as it is deployed, in workerd, on a port of its own; it may be killed at any moment and started again over what it had stored. It ends with this process. */
export class KillableCoordinator {
  readonly origin: string;
  readonly tokens = { rerun: crypto.randomUUID(), operator: crypto.randomUUID() } as const;
  readonly #arguments: readonly string[];
  readonly #log: string;
  #child: ChildProcess | null = null;
  kills = 0;

  private constructor(folder: string, bundle: string, port: number, inspector: number) {
    mkdirSync(folder, { recursive: true });
    this.origin = `http://127.0.0.1:${port}`;
    this.#log = path.join(folder, "coordinator.log");
    this.#arguments = [folder, bundle, String(port), String(inspector), path.join(root, "site/public")];
  }

  /** @param folder where it keeps its storage  @param bundle the Worker's */
  static async at(folder: string, bundle: string): Promise<KillableCoordinator> {
    return new KillableCoordinator(folder, bundle, await freePort(null), await freePort(null));
  }

  /** Starts it and waits until it answers. @throws Error with the log's end when it does not */
  async start(): Promise<void> {
    const { rerun, operator } = this.tokens;
    const variables = { PUBLISH_SECONDS: "2", RERUN_TOKEN: rerun, OPERATOR_TOKEN: operator };
    const log = openSync(this.#log, "a");
    const child = fork(path.join(root, "scripts/load/coordinator-process.ts"), this.#arguments, {
      // A process group of its own: what it starts is killed with it.
      detached: true,
      stdio: ["ignore", log, log, "ipc"],
      env: { ...process.env, VARIABLES: JSON.stringify(variables) },
    });
    closeSync(log);
    this.#child = child;
    for (const deadline = Date.now() + READY_MS; Date.now() < deadline && child.exitCode === null; await sleep(100)) {
      const answers = await fetch(`${this.origin}/api/health`, { signal: AbortSignal.timeout(5_000) }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (answers) return;
    }
    throw new Error(`The coordinator did not start:\n${readFileSync(this.#log, "utf8").slice(-2_000)}`);
  }

  /** kill -9 of the whole process group: nothing is finished, nothing is told. */
  async kill(): Promise<void> {
    this.kills++;
    await this.#end((child) => process.kill(-child.pid!, "SIGKILL"));
  }

  async stop(): Promise<void> {
    await this.#end((child) => child.kill("SIGTERM"));
  }

  async #end(how: (child: ChildProcess) => void): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    how(child);
    await ended;
  }
}

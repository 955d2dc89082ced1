import { type ChildProcess } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync, type WriteStream } from "node:fs";
import path from "node:path";
import { writeConfiguration } from "../fleet/coordinator-configuration.ts";
import { endTree, startTree } from "../start/process-tree.ts";
import { QUIET } from "../start/quiet.ts";

const READY_MS = 120_000;

/** The project's Worker as it is deployed, in workerd, on a port of its own; it may be killed at any moment and started again over what it had stored. */
export class KillableCoordinator {
  readonly origin: string;
  readonly tokens: { readonly rerun: string; readonly operator: string };
  readonly #arguments: string[];
  readonly #log: WriteStream;
  #child: ChildProcess | null = null;
  kills = 0;

  /** @param folder where it keeps its storage */
  constructor(folder: string, port: number) {
    mkdirSync(folder, { recursive: true });
    this.origin = `http://127.0.0.1:${port}`;
    const { file, tokens } = writeConfiguration(folder);
    this.tokens = tokens;
    this.#log = createWriteStream(path.join(folder, "coordinator.log"), { flags: "a" });
    const wrangler = path.resolve(import.meta.dirname, "../../node_modules/wrangler/bin/wrangler.js");
    this.#arguments = [
      ...[wrangler, "dev", "--config", file, "--port", String(port), "--ip", "127.0.0.1", "--inspector-port", "0"],
      ...[
        "--persist-to",
        path.join(folder, "storage"),
        "--var",
        "PUBLISH_SECONDS:2",
        "--var",
        "KV_WRITES_PER_DAY:0",
        "--var",
        "LOG_LINES:off",
      ],
    ];
    process.on("exit", () => this.#signal("SIGKILL"));
  }

  /** Starts it and waits until it answers. @throws Error with the log's end when it does not */
  async start(): Promise<void> {
    const child = startTree(process.execPath, this.#arguments, { ...process.env, ...QUIET });
    this.#child = child;
    child.stdout?.pipe(this.#log, { end: false });
    child.stderr?.pipe(this.#log, { end: false });
    const deadline = Date.now() + READY_MS;
    while (Date.now() < deadline && child.exitCode === null) {
      const answers = await fetch(`${this.origin}/api/health`, { signal: AbortSignal.timeout(5_000) }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (answers) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`The coordinator did not start:\n${readFileSync(String(this.#log.path), "utf8").slice(-2_000)}`);
  }

  /** kill -9 of the whole process group: nothing is finished, nothing is told. */
  async kill(): Promise<void> {
    this.kills++;
    const child = this.#child;
    const ended = new Promise((resolve) => child?.once("exit", resolve));
    this.#signal("SIGKILL");
    if (child?.exitCode === null && child.signalCode === null) await ended;
  }

  async stop(): Promise<void> {
    if (this.#child) await endTree(this.#child);
    this.#child = null;
  }

  #signal(name: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(process.platform === "win32" ? pid : -pid, name);
    } catch {
      // It is gone already.
    }
  }
}

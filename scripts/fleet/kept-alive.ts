import type { ChildProcess } from "node:child_process";
import { backoffMs } from "../../shared/volunteer/backoff.ts";

/** Whoever lived this long counts as healthy: its next end is a first one again. */
const HEALTHY_MS = 60_000;
const LAST_WORDS_MS = 20_000;

/** How long to wait before a process is started again. @param failures ends in a row, each soon after its start; @param random in [0, 1) */
const restartMs = (failures: number, random: number): number => backoffMs(failures, random);

/** Ends in a row after one more, that came `livedMs` after its start. */
export const failuresAfter = (failures: number, livedMs: number): number => (livedMs >= HEALTHY_MS ? 0 : failures + 1);

/** A process that is started again, with growing pauses, when it ends by itself. */
export class KeptAlive {
  readonly name: string;
  readonly #start: () => ChildProcess;
  readonly #say: (text: string) => void;
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #isStopping = false;

  /** @param start starts the process, which ends at SIGINT and when its IPC channel closes */
  constructor(name: string, start: () => ChildProcess, say: (text: string) => void) {
    this.name = name;
    this.#start = start;
    this.#say = say;
    this.#run();
  }

  get child(): ChildProcess | null {
    return this.#child;
  }

  #run(): void {
    const startedMs = Date.now();
    const child = this.#start();
    this.#child = child;
    child.on("error", (error) => this.#say(`${this.name}: ${error.message}`));
    child.once("exit", (code, signal) => {
      this.#child = null;
      if (this.#isStopping) return;
      this.#failures = failuresAfter(this.#failures, Date.now() - startedMs);
      const waitMs = restartMs(this.#failures, Math.random());
      this.#say(`${this.name} ended (${signal ?? `code ${code}`}); it is started again in ${Math.ceil(waitMs / 1000)} s.`);
      this.#timer = setTimeout(() => this.#run(), waitMs);
    });
  }

  /** Asks it to end, and insists after a while. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (!child) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGINT");
    const insist = setTimeout(() => child.kill("SIGKILL"), LAST_WORDS_MS);
    await ended;
    clearTimeout(insist);
  }
}

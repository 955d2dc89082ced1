import { type ChildProcess, spawn, spawnSync, type StdioOptions } from "node:child_process";
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Programs that were started here and still run. */
const running = new Set<ChildProcess>();

/**
 * Starts a program as the leader of its own process group, so that what it starts in turn can be ended with it. It ends with this process: when that exits, and when that is asked to
 * end (Ctrl-C, `kill`, `timeout`).
 * @param stdio for example "inherit", for a program that is all that a command does
 */
export function startTree(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  stdio: StdioOptions = ["ignore", "pipe", "pipe"],
): ChildProcess {
  listen();
  const child = spawn(command, args, { env, detached: process.platform !== "win32", stdio });
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

/** Ends a program and everything that it started: asks first, insists after five seconds. */
export async function endTree(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"]);
    return;
  }
  const ended =
    child.exitCode !== null || child.signalCode !== null
      ? Promise.resolve()
      : new Promise((resolve) => child.once("exit", resolve));
  signal(child.pid, "SIGTERM");
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5_000))]);
  signal(child.pid, "SIGKILL");
}

let own: (() => void) | null = null;

/** What is to be done when this process is asked to end, instead of ending what it started and exiting at once. */
export function whenAsked(end: () => void): void {
  own = end;
  listen();
}

let isListening = false;
function listen(): void {
  if (isListening) return;
  isListening = true;
  // Nothing can be waited for any more: they are asked, and those that have started others end these first.
  process.on("exit", () => running.forEach(({ pid }) => pid !== undefined && signal(pid, "SIGTERM")));
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (own) own();
      else void Promise.all([...running].map(endTree)).then(() => process.exit(128 + constants.signals[name]));
    });
  }
}

function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name);
  } catch {
    // The group is gone already.
  }
}

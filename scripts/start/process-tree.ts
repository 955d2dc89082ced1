import { type ChildProcess, spawn, spawnSync } from "node:child_process";

/** Starts a program as the leader of its own process group, so that what it starts in turn can be ended with it. */
export function startTree(command: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(command, args, { env, detached: process.platform !== "win32", stdio: ["ignore", "pipe", "pipe"] });
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

function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name);
  } catch {
    // The group is gone already.
  }
}

import { readdirSync, readFileSync } from "node:fs";

/** A process of this machine, as Linux shows it. */
interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
}

/** Every process that descends from this one, itself included. */
export function tree(root: number): Process[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => look(Number(name)) ?? []);
  const found = all.filter(({ pid }) => pid === root);
  for (const { pid } of found) found.push(...all.filter(({ parent }) => parent === pid));
  return found;
}

/** Bytes of memory that a process has in use; 0 once it has ended. */
export function residentBytes(pid: number): number {
  try {
    return 1024 * Number(/VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Ends processes as a power cut would. */
export function killAll(processes: readonly Process[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

function look(pid: number): Process | null {
  try {
    // "pid (name, which may hold anything) state parent ..."
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return name === undefined ? null : { pid, parent: Number(parent), name };
  } catch {
    return null;
  }
}

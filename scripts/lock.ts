import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";

/**
 * Takes a lock file for as long as this process lives; one whose process ended without a word counts as none.
 * @returns false when a living process holds it
 */
export function lock(file: string): boolean {
  try {
    const handle = openSync(file, "wx");
    writeFileSync(handle, String(process.pid));
    closeSync(handle);
  } catch {
    if (isAlive(Number(readFileSync(file, "utf8")))) return false;
    rmSync(file, { force: true }); // Its process ended without a word.
    return lock(file);
  }
  process.on("exit", () => rmSync(file, { force: true }));
  return true;
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

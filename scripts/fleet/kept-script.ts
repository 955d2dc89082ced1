import { fork } from "node:child_process";
import { openSync } from "node:fs";
import path from "node:path";
import { say } from "../command-line.ts";
import { returning } from "../volunteer/returned-memory.ts";
import { KeptAlive } from "./kept-alive.ts";

const SCRIPTS = path.resolve(import.meta.dirname, "..");

/**
 * Starts a script of this project, and again when it ends, in a process group of its own, so that Ctrl-C reaches it through here and in order.
 * @param logs what it says goes to `NAME.log` there; @param script from scripts/; @param args asked for at each start
 */
export function keptScript(logs: string, name: string, script: string, args: () => readonly string[]): KeptAlive {
  const start = () => {
    const log = openSync(path.join(logs, `${name}.log`), "a");
    const env = returning(process.env);
    return fork(path.join(SCRIPTS, script), args(), { detached: true, env, stdio: ["ignore", log, log, "ipc"] });
  };
  return new KeptAlive(name, start, say);
}

import { type ChildProcess, fork } from "node:child_process";
import type { Device } from "../../shared/protocol/lease.ts";
import { wasmDevice } from "../volunteer/ort-wasm.ts";

/** Auditors beside this one, in processes of their own. */
export interface WasmAuditors {
  /** Those that run: claims with their bits are theirs. */
  readonly devices: () => Device[];
  readonly stop: () => void;
}

/**
 * Starts an auditor on WebAssembly for each number of threads, since a claim can be checked bit for bit on as many only.
 * @param flags of this auditor's command line, for all of them  @param secrets for their environment, where no list of processes shows them
 * @param folder where theirs may lie
 */
export function wasmAuditors(
  threads: readonly number[],
  script: string,
  flags: readonly string[],
  secrets: Readonly<Record<string, string>>,
  folder: string,
): WasmAuditors {
  const running = new Map<number, ChildProcess>();
  for (const count of threads) {
    const own = ["--on-wasm", String(count), "--state", `${folder}-wasm-${count}`];
    // With a channel, whose end tells it that this one ended, however that was.
    const child = fork(script, [...flags, ...own], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: { ...process.env, ...secrets },
    });
    running.set(count, child);
    child.on("exit", () => running.delete(count));
  }
  return {
    devices: () => [...running.keys()].map(wasmDevice),
    stop: () => running.forEach((child) => child.kill("SIGINT")),
  };
}

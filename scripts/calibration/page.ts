import { calibrationAnswers } from "../../shared/volunteer/calibrate.ts";
import type { CalibrationAnswer } from "../../shared/protocol/calibration.ts";
import { openPageRuntime } from "../drift/page-runtime.ts";

/** Runs in the browser for scripts/calibration.ts. */
export async function calibrateInBrowser(provider: "webgpu" | "wasm", threads: number): Promise<CalibrationAnswer[]> {
  return calibrationAnswers(await openPageRuntime(provider, threads), sha256);
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

Object.assign(globalThis, { calibrateInBrowser });

import { execFileSync } from "node:child_process";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { type Browser, resolveBrowser } from "../../scripts/browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly browser: Browser;
  }
}

/** Before the browser tests: a Chromium (or a failure in words), real CIFAR-10, ONNX Runtime's WebAssembly. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide("browser", await resolveBrowser());
  for (const script of ["data.ts", "ort-assets.ts"]) {
    execFileSync(process.execPath, [path.resolve(import.meta.dirname, "../../scripts", script)], { stdio: "inherit" });
  }
}

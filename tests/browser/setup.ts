import { execFileSync } from "node:child_process";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { servePages } from "../../scripts/page-server.ts";
import { shareBrowser } from "./shared-browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where pages that run one module are served; ends with a slash. */
    readonly pages: string;
  }
}

/**
 * Before the browser tests: a Chromium (or a failure in words), real CIFAR-10, ONNX Runtime's WebAssembly, and one server of pages: it reads the
 * volunteer's modules once for all files.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const closeBrowser = await shareBrowser(project);
  for (const script of ["data.ts", "ort-assets.ts"]) {
    execFileSync(process.execPath, [path.resolve(import.meta.dirname, "../../scripts", script)], { stdio: "inherit" });
  }
  const pages = await servePages();
  project.provide("pages", pages.origin);
  return async () => {
    await closeBrowser();
    await pages.close();
  };
}

import path from "node:path";
import { resolveBrowser } from "./browser.ts";
import { startTree } from "./start/process-tree.ts";
import { QUIET } from "./start/quiet.ts";

/** `npm test [-- vitest's arguments]`: every test, in Node, in workerd and in a real Chromium. Without a browser it fails, in words. */
try {
  const browser = await resolveBrowser();
  console.log(`Browser: ${browser.executablePath} (${browser.source})`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
const vitest = path.resolve(import.meta.dirname, "../node_modules/vitest/vitest.mjs");
const run = startTree(process.execPath, [vitest, "run", ...process.argv.slice(2)], { ...process.env, ...QUIET }, [
  "ignore",
  "inherit",
  "inherit",
]);
run.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));

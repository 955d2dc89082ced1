import { spawn } from "node:child_process";
import path from "node:path";
import { resolveBrowser } from "./browser.ts";

/** Keeps Wrangler and Astro from looking anything up on the network. */
const QUIET = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  ASTRO_TELEMETRY_DISABLED: "1",
  X_LOCAL_OBSERVABILITY: "false",
};

/** `npm test [-- vitest's arguments]`: every test, in Node, in workerd and in a real Chromium. Without a browser it fails, in words. */
try {
  const browser = await resolveBrowser();
  console.log(`Browser: ${browser.executablePath} (${browser.source})`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
const vitest = path.resolve(import.meta.dirname, "../node_modules/vitest/vitest.mjs");
const run = spawn(process.execPath, [vitest, "run", ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...process.env, ...QUIET },
});
run.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));

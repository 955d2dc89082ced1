import { fileURLToPath } from "node:url";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** Folders are where a test runs: Node, workerd, or Node driving a real Chromium against the whole project. */
export default defineConfig({
  test: {
    projects: [
      {
        // Simulations run the coordinator's class without its platform.
        resolve: { alias: { "cloudflare:workers": fileURLToPath(new URL("scripts/scale/durable-object.ts", import.meta.url)) } },
        test: {
          name: "node",
          include: ["tests/node/**/*.test.ts", "tests/*.test.ts"],
          // Tests of plain functions share their modules: a graph of imports for each of eighty files costs half a minute of one processor.
          isolate: false,
          globalSetup: ["tests/node/setup.ts"],
          testTimeout: 60_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./tests/workerd/wrangler.toml" },
            miniflare: { bindings: { IDENTITY_SECRET: "for tests" } },
          }),
        ],
        test: {
          name: "workerd",
          include: ["tests/workerd/**/*.test.ts"],
          testTimeout: 60_000,
          // The same tries with every `npm test`; `npm run fuzz` draws others, and more.
          provide: { fuzz: { seed: Number(process.env["FUZZ_SEED"] ?? 1), runs: Number(process.env["FUZZ_RUNS"] ?? 12) } },
        },
      },
      {
        test: {
          name: "browser",
          include: ["tests/browser/*.test.ts"],
          globalSetup: ["tests/browser/setup.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // One file at a time, and none of the other projects' meanwhile: a browser that trains needs the processor to itself.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "site",
          include: ["tests/browser/site/*.test.ts"],
          globalSetup: ["tests/browser/site/setup.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // They share a study and a browser, one file after another.
          fileParallelism: false,
          isolate: false,
        },
      },
    ],
  },
});

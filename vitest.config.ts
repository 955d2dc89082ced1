import { fileURLToPath } from "node:url";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/**
 * Every processor gets a file; Vitest's own rule leaves one for itself, which is half of a machine with two. Projects with another number of workers
 * must come in another turn: Vitest refuses to mix them.
 */
const IN_PARALLEL = { maxWorkers: "100%", sequence: { groupOrder: 0 } };
const ONE_BY_ONE = { fileParallelism: false, testTimeout: 300_000, hookTimeout: 300_000 };

/** Folders are where a test runs: Node, workerd, or Node driving a real Chromium against the whole project. */
export default defineConfig({
  test: {
    projects: [
      {
        // Simulations run the coordinator's class without its platform.
        resolve: { alias: { "cloudflare:workers": fileURLToPath(new URL("scripts/scale/durable-object.ts", import.meta.url)) } },
        test: {
          ...IN_PARALLEL,
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
          ...IN_PARALLEL,
          name: "workerd",
          include: ["tests/workerd/**/*.test.ts"],
          // To start workerd and read the modules for each of the files costs more than a third of all that they do.
          isolate: false,
          setupFiles: ["tests/workerd/empty-store.ts"],
          testTimeout: 60_000,
          // The same tries with every `npm test`; `npm run fuzz` draws others, and more.
          provide: { fuzz: { seed: Number(process.env["FUZZ_SEED"] ?? 1), runs: Number(process.env["FUZZ_RUNS"] ?? 12) } },
        },
      },
      {
        test: {
          // One file at a time, and none of the other projects' meanwhile: a browser that trains needs the processor to itself.
          ...ONE_BY_ONE,
          sequence: { groupOrder: 2 },
          name: "browser",
          include: ["tests/browser/*.test.ts"],
          globalSetup: ["tests/browser/setup.ts"],
        },
      },
      {
        test: {
          // They share a study and a browser, one file after another.
          ...ONE_BY_ONE,
          sequence: { groupOrder: 1 },
          name: "site",
          include: ["tests/browser/site/*.test.ts"],
          globalSetup: ["tests/browser/site/setup.ts"],
          isolate: false,
        },
      },
    ],
  },
});

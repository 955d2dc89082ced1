import path from "node:path";
import { type Browser, chromium, type Page } from "playwright";
import { createViteServer } from "vitest/node";
import { BROWSER_FLAGS, resolveBrowser } from "../browser.ts";
import type { Contestant, Entered, Work } from "./contestant.ts";
import type { Offered } from "./page/offer.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const ISOLATION = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

export type Framework = "ours" | "tfjs" | "jax";

/** A Chromium and the pages of the benchmark; `close` ends both. */
export interface Pages {
  readonly browser: Browser;
  readonly address: string;
  close(): Promise<void>;
}

/** Serves scripts/bench/page, cross-origin isolated (threads need it), and starts Chromium. */
export async function openPages(flags: readonly string[] = []): Promise<Pages> {
  await import("../ort-assets.ts"); // What this trainer downloads, where no build has put it yet.
  const server = await createViteServer({
    configFile: false,
    root: ROOT,
    publicDir: path.join(ROOT, "site/public"),
    cacheDir: path.join(ROOT, ".cache/vite-bench"),
    logLevel: "error",
    resolve: { conditions: ["onnxruntime-web-use-extern-wasm", "module", "browser", "development|production"] },
    optimizeDeps: {
      noDiscovery: true,
      include: [
        "@tensorflow/tfjs-core",
        "@tensorflow/tfjs-core/dist/register_all_gradients.js",
        "@tensorflow/tfjs-backend-wasm",
        "@tensorflow/tfjs-backend-webgpu",
        "@jax-js/jax",
      ],
    },
    server: { port: 0, host: "127.0.0.1", headers: ISOLATION, watch: null, hmr: false },
    appType: "custom",
    plugins: [{ name: "pages", configureServer: servePages }],
  });
  await server.listen();
  const { executablePath, env } = await resolveBrowser();
  const inherited = Object.entries({ ...process.env, ...env }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const browser = await chromium.launch({
    executablePath,
    args: [...BROWSER_FLAGS, ...flags],
    env: Object.fromEntries(inherited),
  });
  return {
    browser,
    address: server.resolvedUrls!.local[0]!,
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

function servePages({ middlewares }: Awaited<ReturnType<typeof createViteServer>>): void {
  middlewares.use("/bench", (request, response) => {
    const framework = request.url!.slice(1);
    response.setHeader("content-type", "text/html");
    for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
    response.end(`<!doctype html><script type="module" src="/scripts/bench/page/${framework}.ts"></script>`);
  });
}

/** A framework in a page of its own for each unit of work. */
export function browserContestant(
  pages: Pages,
  framework: Framework,
  provider: "wasm" | "webgpu",
  threads: number,
  about: Pick<Contestant, "name" | "machinery" | "batchSize" | "repeats">,
): Contestant {
  return {
    ...about,
    isOurs: framework === "ours",
    open: (work) => open(pages, framework, provider, threads, work),
  };
}

type Window = { readonly offered: Offered };

async function open(
  pages: Pages,
  framework: Framework,
  provider: "wasm" | "webgpu",
  threads: number,
  work: Work,
): Promise<Entered> {
  const page: Page = await pages.browser.newPage();
  try {
    await load(page, `${pages.address}bench/${framework}`);
    await page.evaluate(([provider, threads, work]) => (globalThis as unknown as Window).offered.open(provider, threads, work), [
      provider,
      threads,
      work,
    ] as const);
  } catch (error) {
    await page.close();
    throw error;
  }
  return {
    pids: await processIds(pages.browser),
    run: () => page.evaluate(() => (globalThis as unknown as Window).offered.run()),
    close: () => page.close(),
  };
}

/** All processes of the browser: only the contestant whose turn it is computes in them. */
async function processIds(browser: Browser): Promise<number[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.map(({ id }) => id);
}

async function load(page: Page, address: string): Promise<void> {
  const failed: string[] = [];
  page.on("pageerror", (error) => failed.push(error.message));
  await page.goto(address);
  try {
    await page.waitForFunction(() => "offered" in globalThis, undefined, { timeout: 60_000 });
  } catch (error) {
    throw new Error(`bench: ${address} did not load: ${failed.join("; ") || String(error)}`, { cause: error });
  }
}

import path from "node:path";
import { createViteServer } from "vitest/node";

const ROOT = path.resolve(import.meta.dirname, "..");
const ISOLATION = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/** Where the empty page that runs a module is. @param script path of the module from the project's root */
export const pageAddress = (origin: string, script: string): string => `${origin}empty?${script}`;

/** One page that runs one module of the project, for a command. @param script path of the module from the project's root */
export async function servePage(script: string): Promise<{ address: string; close: () => Promise<void> }> {
  const { origin, close } = await servePages();
  return { address: pageAddress(origin, script), close };
}

/**
 * Serves empty, cross-origin isolated pages, each of which runs one module of the project, with the site's public files beside them: how tests
 * and measurements run the volunteer's own code in a real browser.
 * @returns the origin ends with a slash
 */
export async function servePages(): Promise<{ origin: string; close: () => Promise<void> }> {
  await import("./ort-assets.ts"); // What training on a page downloads, where no build has put it yet.
  const server = await createViteServer({
    configFile: false,
    root: ROOT,
    publicDir: path.join(ROOT, "site/public"),
    cacheDir: path.join(ROOT, ".cache/vite"),
    logLevel: "error",
    resolve: { conditions: ["onnxruntime-web-use-extern-wasm", "module", "browser", "development|production"] },
    optimizeDeps: { noDiscovery: true, include: [] },
    server: { port: 0, host: "127.0.0.1", headers: ISOLATION, watch: null, hmr: false },
    appType: "custom",
    plugins: [
      {
        name: "empty page",
        configureServer: ({ middlewares }) =>
          void middlewares.use("/empty", ({ url }, response) => {
            const script = /\?([\w./-]+\.ts)$/.exec(url ?? "")?.[1] ?? "";
            response.setHeader("content-type", "text/html");
            for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
            response.end(`<!doctype html><script type="module" src="/${script}"></script>`);
          }),
      },
    ],
  });
  await server.listen();
  return { origin: server.resolvedUrls!.local[0]!, close: () => server.close() };
}

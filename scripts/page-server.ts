import path from "node:path";
import { createViteServer } from "vitest/node";

const ROOT = path.resolve(import.meta.dirname, "..");
const ISOLATION = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/**
 * Serves an empty, cross-origin isolated page that runs one module of the project, with the site's public files beside it: how tests and
 * measurements run the volunteer's own code in a real browser.
 * @param script path of the module from the project's root
 */
export async function servePage(script: string): Promise<{ address: string; close: () => Promise<void> }> {
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
          void middlewares.use("/empty", (_request, response) => {
            response.setHeader("content-type", "text/html");
            for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
            response.end(`<!doctype html><script type="module" src="/${script}"></script>`);
          }),
      },
    ],
  });
  await server.listen();
  return { address: `${server.resolvedUrls!.local[0]!}empty`, close: () => server.close() };
}

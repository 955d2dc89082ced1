import mdx from "@astrojs/mdx";
import { unified } from "@astrojs/markdown-remark";
import { defineConfig } from "astro/config";
import rehypeKatex from "rehype-katex";
import remarkMath from "remark-math";

/** The headers of public/_headers that decide what the browser may do; `astro dev` must give them too. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Where `astro dev` finds the API: a Worker started beside it. */
const api = process.env.API_ORIGIN ?? "http://127.0.0.1:8787";

export default defineConfig({
  outDir: "../dist",
  output: "static",
  trailingSlash: "ignore",
  compressHTML: true,
  devToolbar: { enabled: false },
  integrations: [mdx()],
  markdown: {
    shikiConfig: { theme: "css-variables" },
    processor: unified({ remarkPlugins: [remarkMath], rehypePlugins: [rehypeKatex] }),
  },
  prefetch: false,
  server: { headers: isolation },
  vite: {
    // ONNX Runtime's own bundle would carry a .wasm over the 25 MiB that an asset may have; ours is fetched compressed from /ort.
    resolve: { conditions: ["onnxruntime-web-use-extern-wasm", "module", "browser", "development|production"] },
    // Inlined scripts and fonts would need a looser Content-Security-Policy.
    build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 1000 },
    worker: { format: "es" },
    server: { proxy: { "/api": api } },
  },
});

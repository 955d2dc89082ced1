import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** The import order: a folder may import itself and what stands in its list, nothing else of the project. */
const SHARED = [
  "shared/audit",
  ...["shared/compare", "shared/claims", "shared/experiments", "shared/paper", "shared/metrics"],
  ...["shared/nn", "shared/graph", "shared/protocol", "shared/math"],
];
const READING = ["site/src/words.ts", "site/src/styles", "site/src/data", "site/src/figures", "site/src/report", "site/src/live"];
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "shared/math": [],
  "shared/onnx": ["shared/math"],
  "shared/graph": ["shared/onnx", "shared/math"],
  "shared/theory": ["shared/math"],
  "shared/protocol": ["shared/math"],
  "shared/audit": ["shared/protocol", "shared/math"],
  "shared/nn": ["shared/graph", "shared/math", "shared/protocol"],
  "shared/metrics": ["shared/protocol", "shared/math"],
  "shared/paper": ["shared/metrics", "shared/protocol"],
  "shared/claims": ["shared/metrics", "shared/experiments", "shared/protocol", "shared/math"],
  "shared/compare": ["shared/paper", "shared/metrics", "shared/protocol", "shared/math"],
  "shared/experiments": ["shared/nn", "shared/protocol", "shared/math"],
  "shared/volunteer": SHARED,
  workers: SHARED,
  // Reading: from data to pages, each folder on those before it; none of them imports what computes.
  "site/src/styles": [],
  "site/src/data": [...SHARED, ...READING.slice(0, 2)],
  "site/src/figures": [...SHARED, ...READING.slice(0, 3)],
  "site/src/report": [...SHARED, ...READING.slice(0, 4)],
  "site/src/live": [...SHARED, ...READING.slice(0, 5)],
  "site/src/rerun": [...SHARED, ...READING],
  "site/src/devices": [...SHARED, ...READING],
  "site/src/api": [],
  "site/src/operator": [...SHARED, ...READING],
  "site/src/runs": [...SHARED, ...READING],
  "site/src/contribution": ["site/src/donate", "site/src/volunteer", "shared/volunteer", ...SHARED, ...READING],
  "site/src/theory": ["shared/theory", ...SHARED, ...READING.slice(0, 5)],
  // Computing: the volunteer, and the buttons and panels that show it.
  "site/src/volunteer": ["shared/volunteer", "site/src/words.ts", "site/src/data/own-volunteer.ts", ...SHARED],
  "site/src/donate": ["site/src/volunteer", "site/src/words.ts", "shared/volunteer", ...SHARED],
  "site/src/components": [...READING, "site/src/donate", "site/src/theory", ...SHARED],
};

/** An outside package comes in through one door. */
const ONE_DOOR: Readonly<Record<string, RegExp>> = {
  "onnxruntime-web":
    /^(site\/src\/volunteer\/ort-runner|scripts\/volunteer\/ort-wasm|scripts\/bench\/(page\/ours|formulations|lowerings))\.ts$/,
  "onnxruntime-node": /^scripts\//,
  zod: /^shared\/protocol\//,
  hono: /^workers\//,
  "hono-openapi": /^workers\//,
  "@noble/hashes": /^shared\/math\/sha256\.ts$/,
  vega: /^site\/src\/(figures\/render-svg|live\/live-panels)\.ts$/,
  "vega-embed": /^site\/src\/live\/live-panels\.ts$/,
  // Measured against, never shipped.
  "@tensorflow/tfjs-core": /^scripts\/bench\/page\//,
  "@tensorflow/tfjs-backend-wasm": /^scripts\/bench\/page\//,
  "@tensorflow/tfjs-backend-webgpu": /^scripts\/bench\/page\//,
  "@jax-js/jax": /^scripts\/bench\/page\//,
  pacote: /^scripts\//,
  pngjs: /^scripts\//,
};

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = ["shared", "workers", "site/src", "scripts"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|astro|mdx)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name))),
);

const IMPORT =
  /^\s*(?:import|export)\b[^"';]*?\bfrom\s*["']([^"']+)["']|^\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;
const imports = sources.flatMap((file) =>
  [...readFileSync(join(root, file), "utf8").matchAll(IMPORT)].map(([, from, bare, dynamic]) => ({
    file,
    target: (from ?? bare ?? dynamic)!,
  })),
);

const folderOf = (file: string) =>
  Object.keys(MAY_IMPORT)
    .filter((folder) => file.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];

describe("the house", () => {
  it("is read: there are sources and imports to judge", () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(100);
  });

  it("each folder imports only what stands before it", () => {
    const wrong = imports.flatMap(({ file, target }) => {
      const from = folderOf(file);
      if (from === undefined || !target.startsWith(".")) return [];
      const to = relative(root, join(root, dirname(file), target));
      const allowed = [from, ...MAY_IMPORT[from]!].some((place) => to === place || to.startsWith(`${place}/`));
      return allowed ? [] : [`${file} imports ${to}`];
    });
    expect(wrong).toEqual([]);
  });

  it("each outside package has one door", () => {
    const packageOf = (target: string) =>
      target
        .split("/")
        .slice(0, target.startsWith("@") ? 2 : 1)
        .join("/");
    const wrong = imports.filter(({ file, target }) => ONE_DOOR[packageOf(target)]?.test(file) === false);
    expect(wrong).toEqual([]);
  });

  it("shared/ names no platform: its imports are its own files, zod and hashes", () => {
    const outside = imports.filter(({ file, target }) => file.startsWith("shared/") && !target.startsWith("."));
    expect([...new Set(outside.map(({ target }) => target.split("/").slice(0, 2).join("/")))].sort()).toEqual([
      "@noble/hashes",
      "zod",
    ]);
  });
});

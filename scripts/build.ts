import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { siteSources } from "./build/site-sources.ts";

/**
 * `npm run build`: the data set, ONNX Runtime's files, and the site in dist/. The site is built only if what it is made of has changed since; `--force` builds it
 * all the same.
 */
const root = path.resolve(import.meta.dirname, "..");
const madeOf = path.join(root, ".cache/site-made-of");

run([path.join(root, "scripts/data.ts")]);
run([path.join(root, "scripts/ort-assets.ts")]);

const sources = siteSources(root, process.env["STUDY_SNAPSHOT"]);
const isBuilt = existsSync(path.join(root, "dist/index.html")) && existsSync(madeOf) && readFileSync(madeOf, "utf8") === sources;
if (!isBuilt || process.argv.includes("--force")) {
  rmSync(madeOf, { force: true });
  run([path.join(root, "node_modules/astro/bin/astro.mjs"), "build", "--root", path.join(root, "site"), "--silent"]);
  mkdirSync(path.dirname(madeOf), { recursive: true });
  writeFileSync(madeOf, sources);
}

function run(command: readonly string[]): void {
  const { status } = spawnSync(process.execPath, command, { stdio: "inherit", cwd: root });
  if (status !== 0) process.exit(status ?? 1);
}

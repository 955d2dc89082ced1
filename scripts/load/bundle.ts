import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { QUIET } from "../start/quiet.ts";
import { configuration, ROOT } from "./configuration.ts";

/**
 * Bundles the Worker as `wrangler deploy` would, without deploying it or building the site.
 * @param main the file that the deployment begins with  @param folder where the bundle goes
 * @returns the bundle's path
 * @throws Error with what Wrangler said
 */
export function bundle(main: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const config = { ...configuration(), $schema: undefined, build: undefined, assets: undefined, main: path.join(ROOT, main) };
  const file = path.join(folder, "wrangler.json");
  writeFileSync(file, JSON.stringify(config));
  const wrangler = path.join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  const args = [wrangler, "deploy", "--dry-run", "--config", file, "--outdir", folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", env: { ...process.env, ...QUIET } });
  if (status !== 0) throw new Error(`${main} could not be bundled:\n${stdout}${stderr}`);
  return path.join(folder, path.basename(main).replace(/\.ts$/, ".js"));
}

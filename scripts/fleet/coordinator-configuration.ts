import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as wranglerApi from "wrangler";
import { operatorToken, rerunToken } from "../start/token.ts";

const root = path.resolve(import.meta.dirname, "../..");

// Wrangler bundles the types of this one without its own dependencies' types.
const { experimental_readRawConfig: readToml } = wranglerApi as unknown as {
  experimental_readRawConfig: (args: { config: string }) => { rawConfig: { build?: object; assets: object } };
};

/**
 * Writes a configuration of the project's Worker into a folder: the deployed one, but with no site built, and with tokens of that folder.
 * @param assets folder of static files; without it, only what command-line volunteers need
 * @returns the configuration's file, and the tokens
 */
export function writeConfiguration(
  folder: string,
  assets = path.join(root, "site/public"),
): { file: string; tokens: { rerun: string; operator: string } } {
  mkdirSync(folder, { recursive: true });
  const { rawConfig } = readToml({ config: path.join(root, "wrangler.toml") });
  const { build: _build, ...config } = rawConfig;
  const absolute = {
    ...config,
    $schema: undefined,
    main: path.join(root, "workers/index.ts"),
    assets: { ...config.assets, directory: assets },
  };
  const file = path.join(folder, "wrangler.json");
  writeFileSync(file, JSON.stringify(absolute, null, 2));
  const variables = path.join(folder, ".dev.vars");
  return { file, tokens: { rerun: rerunToken(variables), operator: operatorToken(variables) } };
}

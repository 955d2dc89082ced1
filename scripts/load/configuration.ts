import path from "node:path";
import * as wranglerApi from "wrangler";

export const ROOT = path.resolve(import.meta.dirname, "../..");

/** How static files are served. */
export interface Assets {
  readonly binding: string;
  readonly not_found_handling: "404-page";
  readonly run_worker_first: readonly string[];
}

/** As much of wrangler.toml as is read here. */
interface Configuration {
  readonly compatibility_date: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly assets: Assets;
  readonly ratelimits: readonly {
    readonly name: string;
    readonly namespace_id: string;
    readonly simple: { readonly limit: number; readonly period: 10 | 60 };
  }[];
}

/** The deployment as wrangler.toml has it. */
export function configuration(): Configuration {
  // Wrangler bundles the types of this one without its own dependencies' types.
  const { experimental_readRawConfig: readToml } = wranglerApi as unknown as {
    experimental_readRawConfig: (args: { config: string }) => { rawConfig: Configuration };
  };
  return readToml({ config: path.join(ROOT, "wrangler.toml") }).rawConfig;
}

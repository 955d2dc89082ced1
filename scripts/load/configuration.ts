import path from "node:path";
import * as wranglerApi from "wrangler";

export const ROOT = path.resolve(import.meta.dirname, "../..");

/** As much of wrangler.toml as is read here. */
interface Configuration {
  readonly compatibility_date: string;
  readonly vars: Readonly<Record<string, string>>;
}

/** The deployment as wrangler.toml has it. */
export function configuration(): Configuration {
  // Wrangler bundles the types of this one without its own dependencies' types.
  const { experimental_readRawConfig: readToml } = wranglerApi as unknown as {
    experimental_readRawConfig: (args: { config: string }) => { rawConfig: Configuration };
  };
  return readToml({ config: path.join(ROOT, "wrangler.toml") }).rawConfig;
}

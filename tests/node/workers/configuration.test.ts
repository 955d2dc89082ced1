import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { unstable_readConfig as readConfig } from "wrangler";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** What is read here of a configuration; Wrangler's own type of it needs the platform's types. */
interface Configuration extends Record<string, unknown> {
  readonly assets?: { readonly directory?: string };
  readonly vars: Record<string, string>;
  readonly secrets?: { readonly required?: string[] };
}

const BINDINGS = [
  "durable_objects",
  "migrations",
  "kv_namespaces",
  "r2_buckets",
  "ratelimits",
  "version_metadata",
  "compatibility_date",
];

function bindings(file: string) {
  const read = readConfig as (from: { config: string }, options: { hideWarnings: boolean }) => unknown;
  const configuration = read({ config: `${root}${file}` }, { hideWarnings: true }) as Configuration;
  const { assets, vars, secrets } = configuration;
  return {
    ...Object.fromEntries(BINDINGS.map((name) => [name, configuration[name]])),
    assets: { ...assets, directory: null },
    variables: [...Object.keys(vars), ...(secrets?.required ?? [])].sort(),
  };
}

test("the Worker under test has the bindings of the one that is deployed", () => {
  expect(bindings("tests/workerd/wrangler.toml")).toEqual(bindings("wrangler.toml"));
});

test("every endpoint has its file, and every file its line in the table of contents", () => {
  const contents = readFileSync(`${root}workers/index.ts`, "utf8");
  const files = readdirSync(`${root}workers/routes`);
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) expect(contents).toContain(`from "./routes/${file}"`);
});

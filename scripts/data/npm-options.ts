import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Settings of npm that reach a registry: where it is, through which proxy, trusted by which certificates. */
const SETTINGS = ["registry", "cache", "proxy", "https-proxy", "noproxy", "cafile", "strict-ssl", "maxsockets", "fetch-timeout"];

/** Options for pacote out of the user's own npm configuration, so that it fetches exactly as `npm install` would. */
export function npmOptions(): Record<string, unknown> {
  const npm = process.env["npm_execpath"];
  const listed = npm?.endsWith(".js")
    ? execFileSync(process.execPath, [npm, "config", "list", "--json"], { encoding: "utf8" })
    : execFileSync("npm", ["config", "list", "--json"], { encoding: "utf8", shell: process.platform === "win32" });
  const config = JSON.parse(listed) as Record<string, unknown>;
  const options: Record<string, unknown> = {};
  for (const name of SETTINGS) {
    const value = config[name];
    if (value !== null && value !== undefined && value !== "") options[camelCase(name)] = value;
  }
  if (typeof options["cafile"] === "string") options["ca"] = readFileSync(options["cafile"], "utf8");
  if (typeof options["cache"] === "string") options["cache"] = `${options["cache"]}/_cacache`;
  return { ...options, ...credentials(config["userconfig"]) };
}

/** `//host/:_authToken=...` lines, which npm does not list. */
function credentials(userconfig: unknown): Record<string, string> {
  if (typeof userconfig !== "string") return {};
  let text: string;
  try {
    text = readFileSync(userconfig, "utf8");
  } catch {
    return {}; // No such file: nothing to add.
  }
  const lines = text.matchAll(/^\s*(\/\/[^\s=]+)\s*=\s*"?([^"\r\n]*?)"?\s*$/gm);
  return Object.fromEntries(
    [...lines].map(([, key = "", value = ""]) => [
      key,
      value.replace(/\$\{(\w+)\}/g, (_, name: string) => process.env[name] ?? ""),
    ]),
  );
}

const camelCase = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

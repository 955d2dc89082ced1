import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** Who holds it may ask for reruns. @param file path of .dev.vars */
export const rerunToken = (file: string): string => ownToken(file, "RERUN_TOKEN");

/** Who holds it runs the study. @param file path of .dev.vars */
export const operatorToken = (file: string): string => ownToken(file, "OPERATOR_TOKEN");

/**
 * A token of this machine, from .dev.vars (which Wrangler reads and git ignores). Made once, so that it stays the same from start to start.
 * @param file path of .dev.vars
 * @returns the first token where several are set
 */
function ownToken(file: string, name: "RERUN_TOKEN" | "OPERATOR_TOKEN"): string {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const set = new RegExp(`^\\s*${name}\\s*=\\s*["']?([^"'\\s,]+)`, "m").exec(text)?.[1];
  if (set) return set;
  const token = randomBytes(24).toString("base64url");
  const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  writeFileSync(file, `${before}${name}="${token}"\n`, { mode: 0o600 });
  return token;
}

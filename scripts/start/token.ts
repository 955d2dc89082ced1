import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/**
 * The rerun token of this machine, from .dev.vars (which Wrangler reads and git ignores). Made once, so that it stays the same from start to start.
 * @param file path of .dev.vars
 * @returns the first token where several are set
 */
export function rerunToken(file: string): string {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const set = /^\s*RERUN_TOKEN\s*=\s*["']?([^"'\s,]+)/m.exec(text)?.[1];
  if (set) return set;
  const token = randomBytes(24).toString("base64url");
  const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  writeFileSync(file, `${before}RERUN_TOKEN="${token}"\n`, { mode: 0o600 });
  return token;
}

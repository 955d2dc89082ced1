import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** What the site is made of, besides the packages that the lockfile names. */
const SOURCES = ["site", "shared", "docs", "package-lock.json", "CITATION.cff"];
/** Made by scripts from packages, large, and named by their contents' manifest: their sizes are enough. */
const BY_SIZE = ["site/public/data", "site/public/ort"];
const NOT_SOURCES = new Set(["node_modules", ".astro", "dist"]);

/** SHA-256 over every file that the site's build reads, with its path. @param snapshot the file that STUDY_SNAPSHOT names, if any */
export function siteSources(root: string, snapshot?: string): string {
  const hash = createHash("sha256");
  const add = (name: string) => {
    const file = path.join(root, name);
    if (!existsSync(file)) return;
    const stat = statSync(file);
    if (stat.isDirectory()) {
      for (const entry of readdirSync(file).sort()) if (!NOT_SOURCES.has(entry)) add(path.posix.join(name, entry));
      return;
    }
    hash.update(`${name}\n${stat.size}\n`);
    if (!BY_SIZE.some((folder) => name.startsWith(`${folder}/`))) hash.update(readFileSync(file));
  };
  for (const name of SOURCES) add(name);
  if (snapshot !== undefined) hash.update(`snapshot\n`).update(readFileSync(snapshot));
  return hash.digest("hex");
}

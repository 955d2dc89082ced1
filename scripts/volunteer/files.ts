import { mkdirSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Store } from "../../shared/volunteer/ports.ts";
import { lock } from "../lock.ts";

/**
 * A store of one file for each name; a file is written beside its place and renamed, so it is never half there.
 * @param also a folder that is read where `folder` has no such file, and never written
 */
export function fileStore(folder: string, also?: string): Store {
  const refused = new Set<string>();
  return {
    async get(name) {
      const own = await read(path.join(folder, name));
      if (own || also === undefined || refused.has(name)) return own;
      return read(path.join(also, name));
    },
    async put(name, bytes) {
      await mkdir(folder, { recursive: true });
      const part = path.join(folder, `${name}.${process.pid}.part`);
      await writeFile(part, bytes);
      await rename(part, path.join(folder, name));
    },
    async delete(name) {
      refused.add(name);
      await rm(path.join(folder, name), { force: true });
    },
  };
}

/**
 * A folder of this process alone under `base`, the same again after a restart, so that several volunteers on one machine keep
 * their checkpoints apart.
 */
export function ownFolder(base: string): string {
  for (let number = 1; ; number++) {
    const folder = path.join(base, String(number));
    mkdirSync(folder, { recursive: true });
    if (lock(path.join(folder, "lock"))) return folder;
  }
}

async function read(file: string): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

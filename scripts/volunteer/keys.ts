import { chmod, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { KEY_ALGORITHM, keysFrom } from "../../shared/volunteer/keys.ts";
import type { Keys } from "../../shared/volunteer/ports.ts";

/**
 * The key pair of the command line's volunteers, made at the first start: a file that only its owner may read. All processes of one state folder share it,
 * and whoever copies it, is that same volunteer: one machine counts once.
 * @throws Error with the remedy when the file is no key
 */
export async function fileKeys(folder: string): Promise<Keys> {
  const file = path.join(folder, "key.json");
  const text = (await read(file)) ?? (await make(file));
  try {
    const own = JSON.parse(text) as JsonWebKey;
    const { d: _secret, ...open } = own;
    const pair = {
      privateKey: await crypto.subtle.importKey("jwk", { ...own, key_ops: ["sign"] }, KEY_ALGORITHM, false, ["sign"]),
      publicKey: await crypto.subtle.importKey("jwk", { ...open, key_ops: ["verify"] }, KEY_ALGORITHM, true, ["verify"]),
    };
    return await keysFrom(crypto.subtle, pair);
  } catch (error) {
    throw new Error(
      `${file}: got no P-256 key as a JSON Web Key, want the one this volunteer made. Delete it to be a new volunteer.`,
      {
        cause: error,
      },
    );
  }
}

async function make(file: string): Promise<string> {
  const { privateKey } = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign"]);
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey("jwk", privateKey);
  await mkdir(path.dirname(file), { recursive: true });
  const part = `${file}.${process.pid}.part`;
  await writeFile(part, `${JSON.stringify({ kty, crv, x, y, d })}\n`, { mode: 0o600 });
  await chmod(part, 0o600); // writeFile leaves the mode of a file that was there.
  // A link fails where another process has put its own: then that is the key.
  await link(part, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await rm(part, { force: true });
  return (await read(file)) ?? "";
}

const read = (file: string): Promise<string | null> =>
  readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });

import { KEY_ALGORITHM, keysFrom } from "../../../shared/volunteer/keys.ts";
import type { Keys } from "../../../shared/volunteer/ports.ts";

const TABLE = "keys";

/**
 * This browser's key pair: who the volunteer is. Made at the first visit and kept in IndexedDB, where scripts may use the private half and never
 * read it. Where nothing can be kept (some private windows) it lasts as long as the page.
 */
export async function browserKeys(): Promise<Keys> {
  const fresh = () => crypto.subtle.generateKey(KEY_ALGORITHM, false, ["sign"]);
  return keysFrom(crypto.subtle, await keptPair(fresh).catch(fresh));
}

async function keptPair(make: () => Promise<CryptoKeyPair>): Promise<CryptoKeyPair> {
  const database = await settled(
    Object.assign(indexedDB.open("identity", 1), {
      onupgradeneeded(this: IDBOpenDBRequest) {
        this.result.createObjectStore(TABLE);
      },
    }),
  );
  try {
    const read = () =>
      settled(database.transaction(TABLE).objectStore(TABLE).get("own") as IDBRequest<CryptoKeyPair | undefined>);
    const kept = await read();
    if (kept) return kept;
    const made = await make();
    // Two tabs may come here at once: add() keeps the first pair, and both read that.
    await settled(database.transaction(TABLE, "readwrite").objectStore(TABLE).add(made, "own")).catch(() => undefined);
    return (await read()) ?? made;
  } finally {
    database.close();
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      event.preventDefault();
      reject(request.error ?? new Error("the browser's storage is closed"));
    };
  });
}

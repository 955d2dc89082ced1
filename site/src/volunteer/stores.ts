import type { Store } from "../../../shared/volunteer/ports.ts";

/** Chunks of the data set in the Cache API: they outlive the visit, and the browser may clear them when it needs room. */
export function cacheStore(name: string, folder: string): Store {
  const at = (file: string) => `${folder}/${file}`;
  return {
    async get(file) {
      const kept = await (await caches.open(name)).match(at(file));
      return kept ? new Uint8Array(await kept.arrayBuffer()) : null;
    },
    async put(file, bytes) {
      await (await caches.open(name)).put(at(file), new Response(new Uint8Array(bytes)));
    },
    async delete(file) {
      await (await caches.open(name)).delete(at(file));
    },
  };
}

/** Small records and checkpoints in IndexedDB: a put is there whole or not at all. */
export function databaseStore(name: string): Store {
  const TABLE = "bytes";
  let opened: Promise<IDBDatabase> | undefined;
  const open = () =>
    (opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error("the browser's storage is closed"));
    }));
  const use = async <T>(mode: IDBTransactionMode, work: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const transaction = (await open()).transaction(TABLE, mode);
    const request = work(transaction.objectStore(TABLE));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error("the browser's storage is full"));
    });
  };
  return {
    get: async (key) =>
      (await use<Uint8Array | undefined>("readonly", (table) => table.get(key) as IDBRequest<Uint8Array | undefined>)) ?? null,
    put: async (key, bytes) => void (await use("readwrite", (table) => table.put(bytes, key))),
    delete: async (key) => void (await use("readwrite", (table) => table.delete(key))),
  };
}

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";

/** Statistics of requests, and hashes of compiled models: they may grow when something is refused. */
const MOVES = ["counts", "counted", "models"];
/** Uploads are counted before they are looked at: the count is there to bound tries. */
const withoutUploads = ({ uploads: _, ...row }: Record<string, SqlStorageValue>) => row;

/** Everything that is kept, as one text: rows of these objects' tables, KV's names and values, R2's names and sizes. */
export async function kept(stubs: readonly DurableObjectStub[]): Promise<string> {
  const tables = await Promise.all(stubs.map((stub) => runInDurableObject(stub, (_, { storage }) => rowsOf(storage.sql))));
  const { keys } = await env.METRICS.list();
  const values = await Promise.all(keys.map(async ({ name }) => [name, await env.METRICS.get(name)]));
  const { objects } = await env.CHECKPOINTS.list();
  return JSON.stringify({ tables, values, objects: objects.map(({ key, size }) => [key, size]) });
}

function rowsOf(sql: SqlStorage) {
  const names = sql
    .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*' ORDER BY name")
    .toArray()
    .map(({ name }) => name)
    .filter((name) => !MOVES.includes(name));
  return names.map((name) => [name, sql.exec(`SELECT * FROM "${name}"`).toArray().map(withoutUploads)]);
}

import { convertV4MiniflareOptions, Miniflare, NoOpLog } from "miniflare";
import { markdown } from "../bench/table.ts";
import { freePort } from "../fleet/free-port.ts";
import { heapAfterGarbage } from "../load/heap.ts";
import { residentBytes, tree } from "./resident.ts";

/** A Worker that only answers, and asks an object that only answers. */
const NOTHING = `
  import { DurableObject } from "cloudflare:workers";
  export default { fetch: (request, env) => env.NOTHING.getByName("one").fetch(request) };
  export class Nothing extends DurableObject { fetch() { return new Response("ok"); } }`;
const AT_ONCE = 4;

/** What workerd has resident, in bytes, after each further `every` requests to a Worker that does nothing; the first before any. */
export async function controlled(requests: number, every: number, isCollected: boolean): Promise<number[]> {
  const before = new Set(tree(process.pid).map(({ pid }) => pid));
  const inspector = await freePort(null);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...{ modules: true, script: NOTHING, log: new NoOpLog(), cf: false, host: "127.0.0.1", port: 0 },
      inspectorPort: inspector,
      compatibilityDate: "2026-01-01",
      durableObjects: { NOTHING: { className: "Nothing", useSQLite: true } },
    }),
  );
  try {
    const { origin, href } = await miniflare.ready;
    const { pid } = tree(process.pid).find((each) => each.name === "workerd" && !before.has(each.pid))!;
    const sizes: number[] = [];
    const look = async () => {
      if (isCollected) await heapAfterGarbage(inspector, origin);
      sizes.push(residentBytes(pid));
    };
    await look();
    for (let done = 0; done < requests; done += every) {
      await Promise.all(
        Array.from({ length: AT_ONCE }, async (_, i) => {
          for (let n = i; n < every; n += AT_ONCE) await (await fetch(href)).arrayBuffer();
        }),
      );
      await look();
    }
    return sizes;
  } finally {
    await miniflare.dispose();
  }
}

/** @param alone and @param collected as `controlled` gives them */
export function controlTable(alone: readonly number[], collected: readonly number[], every: number): string {
  const header = ["requests", "workerd resident, left alone, MB", "garbage collected before it is looked at, MB"];
  const mb = (bytes: number | undefined) => ((bytes ?? 0) / 1e6).toFixed(0);
  return markdown([header, ...alone.map((bytes, i) => [String(i * every), mb(bytes), mb(collected[i])])]);
}

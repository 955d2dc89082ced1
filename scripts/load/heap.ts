import { inspect } from "./inspector.ts";

/** The Worker is named so among what Miniflare starts; its stand-ins for the platform have other names. */
const WORKER = "core:user:";
/** Whoever has not answered by then serves no requests, and has no garbage. */
const PATIENCE_MS = 3_000;
const POKE_MS = 100;

/**
 * The JavaScript heap of a Worker and its objects, in bytes, after garbage was collected there and in the stand-ins for the platform beside it. Without that what workerd has
 * resident tells nothing: a Worker that does nothing but answer leaves some kB of garbage with each request, and V8 lets hundreds of MB of it lie (docs/soak.md).
 * @param port of the inspector  @param origin where the Worker answers: an inspector speaks only while its Worker serves a request, so it is asked for something meanwhile
 * @throws Error when nobody answers there
 */
export async function heapAfterGarbage(port: number, origin: string): Promise<number> {
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    id: string;
    webSocketDebuggerUrl: string;
  }[];
  const poke = () =>
    void fetch(`${origin}/api/health`)
      .then((answer) => answer.text())
      .catch(() => undefined);
  const poking = setInterval(poke, POKE_MS);
  try {
    const used = await Promise.all(
      targets.map(async ({ id, webSocketDebuggerUrl }) => [id, await collect(webSocketDebuggerUrl)] as const),
    );
    const bytes = new Map(used).get(WORKER) ?? null;
    if (bytes !== null) return bytes;
    throw new Error(`load: got no answer of ${WORKER} among ${targets.map(({ id }) => id).join(", ")}, want its heap`);
  } finally {
    clearInterval(poking);
  }
}

/** Bytes in use after it; null where nobody answered. */
async function collect(url: string): Promise<number | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), PATIENCE_MS)));
  const inspected = inspect(url);
  const asked = inspected.then(async (worker) => {
    await worker.ask("HeapProfiler.enable");
    await worker.ask("HeapProfiler.collectGarbage");
    return (await worker.ask("Runtime.getHeapUsage")).usedSize;
  });
  const used = await Promise.race([asked.catch(() => null), late]);
  clearTimeout(timer);
  void inspected.then((worker) => worker.close()).catch(() => undefined);
  return used;
}

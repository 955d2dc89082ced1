/** The JavaScript heap of one of workerd's Workers, as its inspector sees it. */
export interface Heap {
  /** Bytes in use after garbage was collected. */
  usedBytes(): Promise<number>;
  close(): void;
}

/** How Miniflare names the Worker that it was started with; its stand-ins for the platform have other names. */
const WORKER = "core:user:";

/** @param port of the inspector */
export async function openHeap(port: number): Promise<Heap> {
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    id: string;
    webSocketDebuggerUrl: string;
  }[];
  const target = targets.find(({ id }) => id === WORKER);
  if (!target) throw new Error(`load: got ${targets.map(({ id }) => id).join(", ")}, want ${WORKER} among what can be inspected`);
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  const waiting = new Map<number, (result: { usedSize: number }) => void>();
  socket.addEventListener("message", ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result: { usedSize: number } };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", () => reject(new Error("load: the inspector does not answer")), { once: true });
  });
  let last = 0;
  const ask = (method: string): Promise<{ usedSize: number }> =>
    new Promise((resolve) => {
      waiting.set(++last, resolve);
      socket.send(JSON.stringify({ id: last, method }));
    });
  await ask("HeapProfiler.enable");
  return {
    usedBytes: async () => {
      await ask("HeapProfiler.collectGarbage");
      return (await ask("Runtime.getHeapUsage")).usedSize;
    },
    close: () => socket.close(),
  };
}

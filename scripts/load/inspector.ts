/** One of workerd's Workers, by Chrome's protocol. */
export interface Inspected {
  /** @throws Error when the line broke off, for example because the process ended */
  ask(method: string): Promise<{ readonly usedSize: number }>;
  close(): void;
}

/** @param url of its WebSocket */
export async function inspect(url: string): Promise<Inspected> {
  const socket = new WebSocket(url);
  const broken = new Promise<never>((_, reject) => {
    for (const event of ["error", "close"]) socket.addEventListener(event, () => reject(new Error(`${url}: the line broke off`)));
  });
  broken.catch(() => undefined);
  const waiting = new Map<number, (result: { usedSize: number }) => void>();
  socket.addEventListener("message", ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result: { usedSize: number } };
    if (id === undefined) return;
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  await Promise.race([new Promise((resolve) => socket.addEventListener("open", resolve, { once: true })), broken]);
  let last = 0;
  const ask = (method: string) =>
    Promise.race([
      new Promise<{ usedSize: number }>((resolve) => {
        waiting.set(++last, resolve);
        socket.send(JSON.stringify({ id: last, method }));
      }),
      broken,
    ]);
  return { ask, close: () => socket.close() };
}

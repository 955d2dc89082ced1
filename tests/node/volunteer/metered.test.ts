import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { download, type Fetch, send } from "../../../shared/volunteer/http.ts";
import { meteredFetch, meteredSocket } from "../../../shared/volunteer/metered.ts";
import type { Socket } from "../../../shared/volunteer/socket-transport.ts";

test("every byte of a body is counted, both ways, and arrives as it was", async () => {
  const server = createServer((request, response) => {
    request
      .on("data", () => undefined)
      .on("end", () => response.end(request.url === "/bytes" ? Buffer.alloc(100_000, 7) : "né😀"));
  }).listen(0);
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let moved = 0;
  const plain: Fetch = (url, { timeoutMs: _none, ...init }) => fetch(url, init);
  const metered = meteredFetch(plain, (bytes) => (moved += bytes));
  try {
    const seen: number[] = [];
    const bytes = await download(metered, `${origin}/bytes`, (done) => void seen.push(done));
    expect([bytes.length, bytes.every((byte) => byte === 7), seen.at(-1), moved]).toEqual([100_000, true, 100_000, 100_000]);
    expect(await (await send(metered, `${origin}/text`, { method: "POST", body: "für" })).text()).toBe("né😀");
    expect(moved).toBe(100_000 + 4 + 7);
    await send(metered, `${origin}/text`, { method: "PUT", body: new Uint8Array(50) });
    expect(moved).toBe(100_000 + 4 + 7 + 50);
  } finally {
    server.close();
  }
});

test("so is every message of a socket", () => {
  const sent: string[] = [];
  const listeners: ((event: unknown) => void)[] = [];
  const socket: Socket = {
    send: (text) => void sent.push(text),
    close: () => undefined,
    addEventListener: (_type, listener) => void listeners.push(listener),
  };
  let moved = 0;
  const metered = meteredSocket(socket, (bytes) => (moved += bytes));
  metered.send("ping");
  for (const listener of listeners) listener({ data: "pong!" });
  expect([sent, moved]).toEqual([["ping"], 9]);
});

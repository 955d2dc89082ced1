import type { Fetch, HttpResponse } from "./http.ts";
import type { Socket } from "./socket-transport.ts";

/** Told the bytes of each body that goes over the line, either way. What a browser answers from its own cache looks the same, and is counted too. */
export type Count = (bytes: number) => void;

/** Bytes of a text as UTF-8; a pair of surrogates is four. */
function sizeOf(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return bytes;
}

/** The same `fetch`, counted. */
export function meteredFetch(fetch: Fetch, count: Count): Fetch {
  return async (url, init) => {
    const { body } = init;
    if (body !== undefined) count(typeof body === "string" ? sizeOf(body) : body.length);
    return metered(await fetch(url, init), count);
  };
}

function metered(response: HttpResponse, count: Count): HttpResponse {
  const { status, headers, body } = response;
  return {
    ...{ status, headers },
    body: body && {
      getReader: () => {
        const reader = body.getReader();
        return {
          read: async () => {
            const part = await reader.read();
            count(part.value?.length ?? 0);
            return part;
          },
        };
      },
    },
    text: async () => {
      const text = await response.text();
      count(sizeOf(text));
      return text;
    },
  };
}

/** The same socket, counted. */
export function meteredSocket(socket: Socket, count: Count): Socket {
  socket.addEventListener("message", (event) => count(sizeOf(String((event as { data: unknown }).data))));
  return {
    send: (text) => {
      count(sizeOf(text));
      socket.send(text);
    },
    close: () => socket.close(),
    addEventListener: (type, listener) => socket.addEventListener(type, listener),
  };
}

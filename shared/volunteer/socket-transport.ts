import { isForSocket, PING, PONG, SocketAnswer, SocketEvent, type SocketQuestion, socketProblem } from "../protocol/socket.ts";
import { backoffMs } from "./backoff.ts";
import { refusal } from "./http.ts";
import { Unreachable } from "./outcomes.ts";
import type { Clock } from "./ports.ts";
import type { CoordinatorTransport, Question } from "./transport.ts";

/** As much of a WebSocket as is used; browsers and Node have it. */
export interface Socket {
  send(text: string): void;
  close(): void;
  addEventListener(type: "open" | "message" | "close" | "error", listener: (event: unknown) => void): void;
}

export interface SocketTransportOptions {
  readonly open: () => Socket;
  /** Used whenever the socket is not open. */
  readonly http: CoordinatorTransport;
  readonly clock: Pick<Clock, "now" | "sleep">;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly heard?: (event: SocketEvent) => void;
}

const TIMEOUT_MS = 30_000;
const PING_MS = 45_000;

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The coordinator over a socket, with HTTP where there is none: before it is open, after a failed upgrade, and after a broken line until it is tried again,
 * which is after a random while, so that volunteers who lost the same coordinator do not come back at once. A question whose answer the line took along with it is
 * Unreachable, as with HTTP: whoever asked asks again, and hand-ins are idempotent.
 */
export class SocketTransport implements CoordinatorTransport {
  readonly #options: SocketTransportOptions;
  #socket: Socket | null = null;
  #isOpen = false;
  #failures = 0;
  #notBefore = 0;
  #lastId = 0;
  #pongs = 0;
  readonly #waiting = new Map<number, Waiting>();

  constructor(options: SocketTransportOptions) {
    this.#options = options;
  }

  ask(question: Question): Promise<unknown> {
    if (!this.#socket && this.#options.clock.now() >= this.#notBefore) this.#connect();
    return this.#isOpen && isForSocket(question.path) ? this.#askHere(question) : this.#options.http.ask(question);
  }

  #connect(): void {
    const { open, clock } = this.#options;
    try {
      const socket = open();
      this.#socket = socket;
      socket.addEventListener("open", () => {
        if (this.#socket !== socket) return;
        this.#isOpen = true;
        this.#failures = 0;
        void this.#stayAwake(socket);
      });
      socket.addEventListener("message", (event) => this.#hear((event as { data: unknown }).data));
      for (const end of ["close", "error"] as const) socket.addEventListener(end, () => this.#lose(socket));
    } catch {
      this.#notBefore = clock.now() + backoffMs(this.#failures++, this.#options.random());
    }
  }

  #lose(socket: Socket): void {
    if (this.#socket !== socket) return;
    const { clock, random } = this.#options;
    this.#socket = null;
    this.#isOpen = false;
    this.#notBefore = clock.now() + backoffMs(this.#failures++, random());
    for (const { reject } of this.#waiting.values()) reject(new Unreachable("The line to the coordinator broke off."));
    this.#waiting.clear();
    socket.close();
  }

  async #askHere({ method, path, body, token, timeoutMs = TIMEOUT_MS }: Question): Promise<unknown> {
    const id = ++this.#lastId;
    const socket = this.#socket!;
    const question: SocketQuestion = { id, method, path, ...(body === undefined ? {} : { body }), ...(token && { token }) };
    const answered = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    socket.send(JSON.stringify(question));
    void this.#options.clock.sleep(timeoutMs).then(() => this.#waiting.has(id) && this.#lose(socket)); // A line that is silent is dead.
    return answered;
  }

  #hear(data: unknown): void {
    if (data === PONG) return void this.#pongs++;
    const message = parse(data);
    const answer = SocketAnswer.safeParse(message);
    const event = SocketEvent.safeParse(message);
    if (event.success) this.#options.heard?.(event.data);
    if (!answer.success || answer.data.id === null) return;
    const { id, status, body = null } = answer.data;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (status < 400) waiting?.resolve(body);
    else waiting?.reject(refusal(socketProblem(body, status)));
  }

  async #stayAwake(socket: Socket): Promise<void> {
    const { clock } = this.#options;
    while (this.#socket === socket) {
      const before = this.#pongs;
      socket.send(PING);
      await clock.sleep(PING_MS);
      if (this.#pongs === before) this.#lose(socket);
    }
  }
}

function parse(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return null;
  }
}

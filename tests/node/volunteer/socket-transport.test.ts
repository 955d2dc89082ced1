import { expect, test } from "vitest";
import type { SocketEvent } from "../../../shared/protocol/socket.ts";
import { Refused, Unreachable } from "../../../shared/volunteer/outcomes.ts";
import { type Socket, SocketTransport } from "../../../shared/volunteer/socket-transport.ts";
import type { Question } from "../../../shared/volunteer/transport.ts";

/** A line whose other end is the test. */
class FakeSocket implements Socket {
  readonly sent: string[] = [];
  isClosed = false;
  readonly #listeners = new Map<string, (event: unknown) => void>();
  addEventListener(type: string, listener: (event: unknown) => void): void {
    this.#listeners.set(type, listener);
  }
  tell(type: string, event?: { data: string }): void {
    this.#listeners.get(type)?.(event);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.isClosed = true;
  }
  questions = () => this.sent.filter((text) => text !== "ping").map((text) => JSON.parse(text) as Question & { id: number });
  answers(id: number, status: number, body: unknown): void {
    this.tell("message", { data: JSON.stringify({ id, status, body }) });
  }
}

function line(now = { ms: 0 }) {
  const opened: FakeSocket[] = [];
  const overHttp: Question[] = [];
  const sleeping: (() => void)[] = [];
  const heard: SocketEvent[] = [];
  const transport = new SocketTransport({
    open: () => (opened.push(new FakeSocket()), opened.at(-1)!),
    http: { ask: (question) => (overHttp.push(question), Promise.resolve("over HTTP")) },
    clock: { now: () => now.ms, sleep: () => new Promise((resolve) => sleeping.push(resolve)) },
    random: () => 0.5,
    heard: (event) => heard.push(event),
  });
  const open = () => opened.at(-1)!.tell("open");
  const drop = () => opened.at(-1)!.tell("close");
  return { transport, opened, overHttp, heard, sleeping, now, open, drop };
}
const question: Question = { method: "POST", path: "/api/leases", body: { a: 1 }, token: "t" };

test("HTTP answers until the line is open; then the line does, each question its own answer, in any order", async () => {
  const { transport, opened, overHttp, open } = line();
  expect(await transport.ask(question)).toBe("over HTTP");
  open();
  const [first, second] = [transport.ask(question), transport.ask({ method: "GET", path: "/api/me" })];
  expect(opened[0]?.questions()).toEqual([
    { id: 1, ...question },
    { id: 2, method: "GET", path: "/api/me" },
  ]);
  opened[0]?.answers(2, 200, "second");
  opened[0]?.answers(1, 201, "first");
  expect([await first, await second]).toEqual(["first", "second"]);
  expect(overHttp).toHaveLength(1);
});

test("what is not a volunteer's endpoint goes over HTTP, line or no line", async () => {
  const { transport, opened, open } = line();
  await transport.ask(question);
  open();
  expect(await transport.ask({ method: "POST", path: "/api/audits/leases" })).toBe("over HTTP");
  expect(opened[0]?.questions()).toEqual([]);
});

test("refusals are what they are over HTTP", async () => {
  const { transport, opened, open } = line();
  await transport.ask(question);
  open();
  const [refused, busy] = [transport.ask(question), transport.ask(question)];
  opened[0]?.answers(1, 410, { title: "Lease expired", status: 410, detail: "It is over." });
  opened[0]?.answers(2, 429, { title: "Too much", status: 429, detail: "Wait.", retryAfterSeconds: 7 });
  await expect(refused).rejects.toThrow(Refused);
  expect(await busy.catch((error: unknown) => error)).toMatchObject({ name: "Unreachable", retryAfterSeconds: 7 });
});

test("a broken line fails what waited on it, HTTP takes over, and the line is tried again after a random while", async () => {
  const { transport, opened, overHttp, open, drop, now } = line();
  await transport.ask(question);
  open();
  const lost = transport.ask(question);
  drop();
  await expect(lost).rejects.toThrow(Unreachable);
  expect(await transport.ask(question)).toBe("over HTTP");
  expect(opened).toHaveLength(1);
  now.ms += 1_000;
  await transport.ask(question);
  expect(opened).toHaveLength(2);
  open();
  void transport.ask(question);
  expect(opened[1]?.questions()).toHaveLength(1);
  expect(overHttp).toHaveLength(3);
});

test("an upgrade that fails every time is tried less and less often, and everything goes over HTTP", async () => {
  const { transport, opened, overHttp, drop, now } = line();
  for (let i = 0; i < 300; i++) {
    await transport.ask(question);
    drop();
    now.ms += 1_000;
  }
  expect(overHttp).toHaveLength(300);
  expect(opened.length).toBeLessThan(15);
});

test("a line that does not answer in time, or not even a ping, is given up", async () => {
  const { transport, opened, open, sleeping, now } = line();
  await transport.ask(question);
  open();
  const silent = transport.ask(question);
  sleeping.splice(0).forEach((wake) => wake());
  await expect(silent).rejects.toThrow(Unreachable);
  expect(opened[0]?.isClosed).toBe(true);
  now.ms += 60_000;
  await transport.ask(question);
  open();
  expect(opened[1]?.sent).toEqual(["ping"]);
  sleeping.splice(0).forEach((wake) => wake());
  await new Promise((resolve) => setImmediate(resolve));
  expect(opened[1]?.isClosed).toBe(true);
});

test("news is passed on; what is not understood is let be", async () => {
  const { transport, opened, open, heard } = line();
  await transport.ask(question);
  open();
  for (const data of ["{oops", "[]", '{"event":"dance"}', '{"event":"published","experiment":"a","version":2}']) {
    opened[0]?.tell("message", { data });
  }
  expect(heard).toEqual([{ event: "published", experiment: "a", version: 2 }]);
});

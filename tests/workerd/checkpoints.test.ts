import { reset } from "cloudflare:test";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sha256Hex } from "../../shared/math/sha256.ts";
import { api, as, holderOf, lease, openExperiment, problemOf, putCheckpoint } from "./api.ts";
import { checkpointOf, tinyHeader } from "./tiny.ts";

beforeEach(() => openExperiment(tinyHeader("tiny")));
afterEach(() => reset());

test("a checkpoint comes back byte for byte, under a name that never changes", async () => {
  const granted = await lease("tiny");
  const { bytes, sha256 } = checkpointOf(granted);
  const stored = await putCheckpoint(granted);
  expect([stored.status, await stored.json()]).toEqual([201, { sha256, bytes: bytes.length }]);
  expect((await putCheckpoint(granted)).status).toBe(201);
  const got = await api("GET", `/api/checkpoints/${sha256}`);
  expect(new Uint8Array(await got.arrayBuffer())).toEqual(bytes);
  expect(got.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  const etag = got.headers.get("etag") ?? "";
  expect((await api("GET", `/api/checkpoints/${sha256}`, undefined, { "if-none-match": etag })).status).toBe(304);
});

test("bytes with another hash are refused, and nothing is stored", async () => {
  const granted = await lease("tiny");
  const { bytes } = checkpointOf(granted);
  const wrong = sha256Hex("something else");
  const path = `/api/checkpoints/${wrong}?lease=${granted.id}`;
  const refused = await problemOf(api("PUT", path, bytes, { "content-length": String(bytes.length) }), 422);
  expect(refused.detail).toContain(`want ${wrong}`);
  await problemOf(api("GET", `/api/checkpoints/${wrong}`), 404);
});

test("a checkpoint is bounded by its lease's network", async () => {
  const granted = await lease("tiny");
  const bytes = new Uint8Array(checkpointOf(granted).bytes.length + 8192);
  const path = `/api/checkpoints/${sha256Hex(bytes)}?lease=${granted.id}`;
  const refused = await problemOf(api("PUT", path, bytes, { "content-length": String(bytes.length) }), 413);
  expect(refused.detail).toMatch(/got \d+ bytes, want at most \d+/);
});

test("a checkpoint needs a lease, a length and a name", async () => {
  const granted = await lease("tiny");
  const { bytes, sha256 } = checkpointOf(granted);
  const length = { ...as(holderOf(granted)), "content-length": String(bytes.length) };
  await problemOf(api("PUT", `/api/checkpoints/${sha256}`, bytes, length), 404);
  await problemOf(api("PUT", `/api/checkpoints/${sha256}?lease=tiny.${crypto.randomUUID()}`, bytes, length), 404);
  await problemOf(
    api("PUT", `/api/checkpoints/${sha256}?lease=${granted.id}`, bytes, { ...length, "content-length": "many" }),
    411,
  );
  await problemOf(api("PUT", `/api/checkpoints/latest?lease=${granted.id}`, bytes, length), 400);
  await problemOf(api("GET", "/api/checkpoints/latest"), 404);
});

test("a lease stores a bounded number of checkpoints", async () => {
  const granted = await lease("tiny");
  for (let i = 0; i < 32; i++) expect((await putCheckpoint(granted, i)).status).toBe(201);
  expect((await problemOf(putCheckpoint(granted, 99), 429)).remedy).toContain("Hand in");
});

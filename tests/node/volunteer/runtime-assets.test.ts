import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { Fetch } from "../../../shared/volunteer/http.ts";
import { Failure, Unreachable } from "../../../shared/volunteer/outcomes.ts";
import { fetchRuntime } from "../../../site/src/volunteer/runtime-assets.ts";

const FILE = "https://study.example/ort/1.30.0/ort-wasm-simd-threaded";
const WASM = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const PAGE = "<!doctype html><title>Not found</title>";
const sound = { mjs: "export default 1;", gz: gzipSync(WASM) as Uint8Array<ArrayBuffer> };

function serving(files: { mjs?: BodyInit; gz?: BodyInit }): Fetch {
  return (url) => {
    const body = url.endsWith(".mjs") ? files.mjs : files.gz;
    return Promise.resolve(body === undefined ? new Response(PAGE, { status: 404 }) : new Response(body));
  };
}

test.each([
  ["as it lies there", sound.gz],
  ["inflated on the way", WASM],
])("the runtime %s", async (_how, gz) => {
  const got: number[] = [];
  const binary = await fetchRuntime(serving({ ...sound, gz }), FILE, (done) => void got.push(done));
  expect(new Uint8Array(binary)).toEqual(WASM);
  expect(got).toEqual([gz.length]);
});

test.each([
  [
    "the WebAssembly is missing",
    { mjs: sound.mjs },
    "does not have the training runtime's ort-wasm-simd-threaded.wasm.gz (it answered 404)",
  ],
  [
    "its script is missing",
    { gz: sound.gz },
    "does not have the training runtime's ort-wasm-simd-threaded.mjs (it answered 404)",
  ],
  ["a page comes in place of the WebAssembly", { ...sound, gz: PAGE }, "ort-wasm-simd-threaded.wasm.gz cannot be read"],
  ["a page comes in place of its script", { ...sound, mjs: PAGE }, "ort-wasm-simd-threaded.mjs cannot be read"],
  [
    "something else was packed",
    { ...sound, gz: new Uint8Array(gzipSync(PAGE)) },
    "ort-wasm-simd-threaded.wasm.gz cannot be read",
  ],
  ["half of it is missing", { ...sound, gz: sound.gz.slice(0, 14) }, "ort-wasm-simd-threaded.wasm.gz cannot be read"],
  ["nothing is in it", { ...sound, gz: "" }, "ort-wasm-simd-threaded.wasm.gz cannot be read"],
])("%s: a failure in words, with a remedy and no address", async (_what, files, words) => {
  const failure: unknown = await fetchRuntime(serving(files), FILE, () => undefined).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Failure);
  expect((failure as Failure).message).toContain(words);
  expect((failure as Failure).message).not.toContain("://");
  expect((failure as Failure).remedy).toContain("npm run build");
});

test("no network is not a failure: it is tried again", async () => {
  const offline: Fetch = () => Promise.reject(new TypeError("Failed to fetch"));
  await expect(fetchRuntime(offline, FILE, () => undefined)).rejects.toThrow(Unreachable);
});

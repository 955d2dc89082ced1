import { expect, test } from "vitest";
import { platformName } from "../../../site/src/volunteer/platform.ts";
import { adapterName, targetOf } from "../../../shared/nn/target.ts";
import { type Adapter, chooseProvider } from "../../../site/src/volunteer/provider.ts";
import { askedBy } from "../../../site/src/volunteer/resume.ts";

const real: Adapter = { name: "nvidia ampere", isFallback: false, largestBufferBytes: 2 ** 31 };
const emulated: Adapter = { name: "google swiftshader", isFallback: true, largestBufferBytes: 2 ** 30 };

test.each([
  [real, null, 0, "webgpu", "WebGPU on nvidia ampere."],
  [real, null, 2, "webgpu", "WebGPU on nvidia ampere."],
  [real, null, 3, "wasm", "WebAssembly on the processor: the GPU was lost 3 times."],
  [real, "wasm", 0, "wasm", "WebAssembly on the processor: you asked for it."],
  [emulated, null, 0, "wasm", "WebAssembly on the processor: WebGPU offers only a GPU emulated in software, which is slower."],
  [emulated, "webgpu", 0, "webgpu", "WebGPU on google swiftshader: you asked for it."],
  [null, null, 0, "wasm", "WebAssembly on the processor: WebGPU finds no GPU here."],
  [null, "webgpu", 0, "wasm", "WebAssembly on the processor: WebGPU finds no GPU here."],
  [undefined, null, 0, "wasm", "WebAssembly on the processor: this browser has no WebGPU."],
] as const)("%j, asked for %s, lost %i times: %s", (adapter, asked, losses, provider, reason) => {
  expect(chooseProvider(adapter, asked, losses)).toEqual({ provider, reason });
});

test("an emulated GPU says so in its name, however long that is, and computes with formulations of its own", () => {
  const target = (adapter: string | null) => targetOf({ provider: "webgpu", adapter });
  for (const shown of ["google swiftshader", "a".repeat(200)]) {
    const name = adapterName(shown, true, 120);
    expect(name.length).toBeLessThanOrEqual(120);
    expect(target(name)).toBe("emulated");
    expect(target(adapterName(shown, false, 120))).toBe("webgpu");
  }
  expect(target(null)).toBe("webgpu");
  expect(targetOf({ provider: "wasm", adapter: null })).toBe("cpu");
});

test.each([
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36", "Chrome 156, Linux"],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
    "Edge 156, Windows",
  ],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox 150, macOS"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
    "Safari 19, iOS",
  ],
  ["something", "another browser, another system"],
])("a result keeps of the user agent only: %s", (userAgent, name) => {
  expect(platformName(userAgent)).toBe(name);
});

test("the address may ask for a provider and an experiment; other values count as not given", () => {
  expect(askedBy("?provider=wasm&experiment=training-pilot-1")).toEqual({ provider: "wasm", experiment: "training-pilot-1" });
  expect(askedBy("?provider=cuda")).toEqual({ provider: null, experiment: null });
});

import os from "node:os";
import { expect, test } from "vitest";
import { hostMemory } from "../../../scripts/volunteer/host-memory.ts";
import { DeviceMemory } from "../../../shared/protocol/lease.ts";
import { deviceMemory } from "../../../site/src/volunteer/device-memory.ts";

const GIB = 2 ** 30;

test("a GPU gives half of the machine's memory, less where it binds small buffers, and one buffer in one piece", () => {
  expect(deviceMemory("webgpu", 2 * GIB, 8)).toEqual({ bytes: 4 * GIB, largestBufferBytes: 2 * GIB });
  expect(deviceMemory("webgpu", GIB / 8, 8)).toEqual({ bytes: GIB / 2, largestBufferBytes: GIB / 8 });
  expect(deviceMemory("webgpu", 2 * GIB, undefined)).toEqual({ bytes: 2 * GIB, largestBufferBytes: 2 * GIB });
});

test("WebAssembly gives half of the machine's memory, and never more than it can address", () => {
  expect(deviceMemory("wasm", null, 2)).toEqual({ bytes: GIB, largestBufferBytes: GIB });
  expect(deviceMemory("wasm", 2 * GIB, 8)).toEqual({ bytes: 3 * GIB, largestBufferBytes: 3 * GIB });
});

test("the command line gives a part of what this machine has", () => {
  const memory = DeviceMemory.parse(hostMemory());
  expect(memory.bytes).toBeGreaterThan(50e6);
  expect(memory.bytes).toBeLessThan(os.totalmem());
});

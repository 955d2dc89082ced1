import type { Target } from "../../shared/graph/emit.ts";
import { encodeModel } from "../../shared/onnx/model-proto.ts";
import type { Ort, OrtTensor } from "../../shared/volunteer/ort.ts";
import { BATCH, Host, IMAGES, type Way, wayModel, WAYS } from "./batch-ways.ts";
import { median } from "./numbers.ts";

/** Milliseconds of one step's batch: on the host before the call, and in the call until a number of it is back. */
export interface WayTimes {
  readonly way: Way;
  readonly hostMs: number;
  readonly callMs: number;
}

/** Times the ways for a batch to reach the device, in alternating rounds. */
export async function timeWays(ort: Ort, target: Target, rounds: number): Promise<WayTimes[]> {
  const host = new Host(target);
  // Providers know bytes; the port's type names only what training feeds.
  const tensor = ({ values, shape }: { values: Float32Array | Int32Array | Uint8Array; shape: readonly number[] }) =>
    ort.tensor(values as Int32Array, shape);
  const data = await resident(ort, tensor(host.resident()), target);
  const entries = [];
  for (const way of WAYS) {
    const session = await ort.session(wayModel(way, target), ["parametersNext"]);
    const parameters = tensor({ values: host.parameters, shape: [host.parameters.length] });
    entries.push({ way, session, parameters, hostMs: [] as number[], callMs: [] as number[] });
  }
  for (let round = -1; round < rounds; round++) {
    for (const entry of entries) {
      const indices = Int32Array.from({ length: BATCH }, (_, i) => (i * 7_919 + round * 104_729 + 104_729) % IMAGES);
      const started = performance.now();
      const feeds: Record<string, OrtTensor> = { parameters: entry.parameters };
      for (const [name, values] of Object.entries(host.feeds(entry.way, indices))) feeds[name] = tensor(values);
      if (entry.way === "bytes resident, gathered in the graph") feeds["data"] = data.tensor;
      const called = performance.now();
      const { parametersNext, loss } = await entry.session.run(feeds, ["parametersNext", "loss"]);
      await loss!.getData();
      const ended = performance.now();
      entry.parameters.dispose();
      entry.parameters = parametersNext!;
      loss!.dispose();
      if (round < 0) continue; // The first compiles.
      entry.hostMs.push(called - started);
      entry.callMs.push(ended - called);
    }
  }
  for (const { session, parameters } of entries) {
    parameters.dispose();
    await session.release();
  }
  data.tensor.dispose();
  await data.release();
  return entries.map(({ way, hostMs, callMs }) => ({ way, hostMs: median(hostMs), callMs: median(callMs) }));
}

/** The data set where the provider can keep it: an output that stays on the GPU; elsewhere every call sees the host's memory. */
async function resident(ort: Ort, data: OrtTensor, target: Target): Promise<{ tensor: OrtTensor; release: () => Promise<void> }> {
  if (target === "cpu") return { tensor: data, release: () => Promise.resolve() };
  const like = { dtype: "int32" as const, shape: [IMAGES, 1024] };
  const nodes = [{ name: "keep", opType: "Identity", inputs: ["data"], outputs: ["kept"], attributes: {} }];
  const inputs = [{ name: "data", ...like }];
  const outputs = [{ name: "kept", ...like }];
  const session = await ort.session(encodeModel({ name: "keep", nodes, initializers: [], inputs, outputs }), ["kept"]);
  const { kept } = await session.run({ data }, ["kept"]);
  data.dispose();
  // Not released before the end: with its last session the GPU's device goes, and all that lies on it.
  return { tensor: kept!, release: () => session.release() };
}

import { createHash } from "node:crypto";
import path from "node:path";
import { chunkLoader } from "../../shared/volunteer/chunks.ts";
import { download, type Fetch } from "../../shared/volunteer/http.ts";
import type { Ports, Runtime } from "../../shared/volunteer/ports.ts";
import { fileStore } from "./files.ts";
import { nodeRuntime } from "./ort-node.ts";

const root = path.resolve(import.meta.dirname, "../..");

export const nodeFetch: Fetch = (url, { timeoutMs, ...init }) =>
  fetch(url, { ...init, ...(timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) }) });

export const nodeClock: Ports["clock"] = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};

const sha256 = (bytes: Uint8Array) => Promise.resolve(createHash("sha256").update(bytes).digest("hex"));

/**
 * What a volunteer on the command line has besides a coordinator: this machine's processor, folder and network.
 * @param origin where CIFAR-10 is fetched, if it is not here  @param folder where its checkpoints are kept  @param open native CPU, unless it is said
 */
export function nodePorts(
  origin: string,
  folder: string,
  threads: number,
  open: (threads: number) => Runtime | Promise<Runtime> = nodeRuntime,
): Omit<Ports, "coordinator"> {
  let load: ReturnType<typeof chunkLoader> | undefined;
  return {
    clock: nodeClock,
    random: Math.random,
    sha256,
    store: fileStore(folder),
    openRuntime: () => Promise.resolve(open(threads)),
    openDataset: (report, note) => {
      load ??= chunkLoader({
        download: (file, received) => download(nodeFetch, `${origin}/data/cifar10/${file}`, received),
        store: fileStore(path.join(root, ".cache/cifar10"), path.join(root, "site/public/data/cifar10")),
        sha256,
        note,
      });
      return load(report);
    },
  };
}

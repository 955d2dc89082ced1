import { existsSync } from "node:fs";
import path from "node:path";
import type { Target } from "../../shared/nn/training.ts";
import { resolveBrowser } from "../browser.ts";
import type { Contestant, Entered, Work } from "./contestant.ts";
import { startLineProcess } from "./line-process.ts";

const SCRIPT = path.join(import.meta.dirname, "dawn-step.ts");

/** A Vulkan device that onnxruntime-node's own WebGPU (Dawn) finds. */
export interface VulkanDevice {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** The formulations that it is given. */
  readonly target: Target;
}

/** The system's Vulkan device, else the software rasteriser that a Chromium brings along; null where neither works. */
export async function findVulkan(): Promise<VulkanDevice | null> {
  for (const device of [{ name: "the system's Vulkan device", env: {}, target: "webgpu" } as const, await swiftShader()]) {
    if (device === null) continue;
    const child = await startLineProcess(process.execPath, [SCRIPT], device.env).catch(() => null);
    const works = await child?.ask({ open: { kind: "product", size: 16 }, target: device.target }).then(
      () => true,
      () => false,
    );
    await child?.close();
    if (works) return device;
  }
  return null;
}

/** The software rasteriser that a Chromium brings along; null where there is none. */
export async function swiftShader(): Promise<VulkanDevice | null> {
  const browser = await resolveBrowser().catch(() => null);
  for (const folder of [browser && path.dirname(browser.executablePath), "/usr/lib/chromium"]) {
    if (folder === null || !existsSync(path.join(folder, "vk_swiftshader_icd.json"))) continue;
    const libraries = [folder, process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":"); // The Vulkan loader lies there too.
    const icd = path.join(folder, "vk_swiftshader_icd.json");
    const env = { LD_LIBRARY_PATH: libraries, VK_ICD_FILENAMES: icd, XDG_RUNTIME_DIR: "/tmp" };
    return { name: "SwiftShader", env, target: "emulated" };
  }
  return null;
}

/** This trainer on onnxruntime-node's WebGPU provider, in a process of its own. */
export const dawnContestant = ({ name, env, target }: VulkanDevice, batchSize: number): Contestant => ({
  name: `this trainer, WebGPU in Node (Dawn on ${name})`,
  machinery: "WebGPU",
  isOurs: false, // The site's own is the one in Chromium.
  batchSize,
  repeats: 1,
  open: (work) => open(env, target, work),
});

async function open(env: VulkanDevice["env"], target: Target, work: Work): Promise<Entered> {
  const child = await startLineProcess(process.execPath, [SCRIPT], env);
  await child.ask({ open: work, target });
  return { pids: [child.pid], run: async () => (await child.ask({ run: true })).ms!, close: () => child.close() };
}

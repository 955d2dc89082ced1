import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { swiftShader } from "./dawn.ts";

/** Prints the table of emulated-ways.ts, in a process of its own: the emulated GPU is chosen by the environment in which it starts. */
export async function measureEmulated(): Promise<void> {
  const device = await swiftShader();
  if (device === null) throw new Error("formulations: got no SwiftShader, want one: npx playwright install chromium brings it");
  const script = path.join(import.meta.dirname, "emulated-ways.ts");
  const child = spawn(process.execPath, [script], { stdio: "inherit", env: { ...process.env, ...device.env } });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`formulations: emulated-ways.ts ended with ${code}, want 0; what it said is above`);
}

import { execFileSync } from "node:child_process";
import path from "node:path";

/** Real CIFAR-10 before the first test; a matter of milliseconds when it is there. */
export default function setup(): void {
  execFileSync(process.execPath, [path.resolve(import.meta.dirname, "../../scripts/data.ts")], { stdio: "inherit" });
}

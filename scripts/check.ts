import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import path from "node:path";

/** `npm run check`: formatter, linter and types, one beside the other; says of each how it went, and what it found. Exits 1 if any found something. */
const root = path.resolve(import.meta.dirname, "..");

/** The longest first. */
const checks: readonly (readonly string[])[] = [
  ["eslint/bin/eslint.js", "."],
  ["astro/bin/astro.mjs", "check", "--root", "site"],
  ["prettier/bin/prettier.cjs", "--check", "."],
  ...["shared", "workers", "scripts", "tests", "tests/workerd"].map((folder) => ["typescript/bin/tsc", "-p", folder]),
];

/** @returns whether it found nothing */
function run([bin, ...options]: readonly string[]): Promise<boolean> {
  const started = performance.now();
  const child = spawn(process.execPath, [path.join(root, "node_modules", bin!), ...options], { cwd: root });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => printed.push(data));
  return new Promise((resolve) =>
    child.once("close", (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      console.log(`${code === 0 ? "ok    " : "FAILED"} ${[path.basename(bin!), ...options].join(" ")} (${seconds} s)`);
      if (code !== 0) console.log(Buffer.concat(printed).toString());
      resolve(code === 0);
    }),
  );
}

const waiting = [...checks];
let isGood = true;
async function takeTurns(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) isGood = (await run(next)) && isGood;
}
await Promise.all(Array.from({ length: availableParallelism() }, takeTurns));
process.exit(isGood ? 0 : 1);

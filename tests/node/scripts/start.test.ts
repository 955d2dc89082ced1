import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { endTree, startTree } from "../../../scripts/start/process-tree.ts";
import { rerunToken } from "../../../scripts/start/token.ts";
import { welcome } from "../../../scripts/start/welcome.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "start-"))));
afterEach(() => rmSync(folder, { recursive: true }));

test("the rerun token is made once, kept for its owner only, and the rest of the file stays", () => {
  const file = join(folder, ".dev.vars");
  writeFileSync(file, 'OTHER="kept"');
  const token = rerunToken(file);
  expect(token).toMatch(/^[\w-]{32}$/);
  expect(rerunToken(file)).toBe(token);
  expect(readFileSync(file, "utf8")).toBe(`OTHER="kept"\nRERUN_TOKEN="${token}"\n`);
  rmSync(file);
  expect(rerunToken(file)).not.toBe(token);
  expect(statSync(file).mode & 0o077).toBe(0);
});

test("of several tokens the first is shown", () => {
  const file = join(folder, ".dev.vars");
  writeFileSync(file, "RERUN_TOKEN=one,two\n");
  expect(rerunToken(file)).toBe("one");
});

test("the welcome says where, with which token, and what to do next", () => {
  const text = welcome(
    "http://localhost:8787",
    { rerun: "secret", operator: "other" },
    "training-pilot-1a2b3c4d",
    ".wrangler/state",
  );
  for (const part of [
    "http://localhost:8787",
    "secret",
    "/operator with the token",
    "npm run volunteer -- --url",
    '"experiment":"training-pilot-1a2b3c4d"',
    "Ctrl-C",
  ]) {
    expect(text).toContain(part);
  }
});

test("without `npm ci` there is a sentence, not a stack trace", () => {
  mkdirSync(join(folder, "scripts"));
  cpSync("scripts/installed.mjs", join(folder, "scripts/installed.mjs"));
  const { status, stderr } = spawnSync(process.execPath, [join(folder, "scripts/installed.mjs")], { encoding: "utf8" });
  expect([status, stderr.includes("npm ci"), stderr.includes("    at ")]).toEqual([1, true, false]);
});

test.skipIf(process.platform === "win32")("stopping ends what was started, and what that started in turn", async () => {
  const child = startTree("/bin/sh", ["-c", "sleep 600 & echo $!; wait"], process.env);
  const grandchild = await new Promise<number>((resolve) =>
    child.stdout?.once("data", (data: Buffer) => resolve(Number(data.toString()))),
  );
  expect(() => process.kill(grandchild, 0)).not.toThrow();
  await endTree(child);
  await expect.poll(() => isRunning(grandchild)).toBe(false);
});

test.skipIf(process.platform === "win32").each(["SIGTERM", "exit"])(
  "what a command started ends with it, though nobody says so: %s",
  async (how) => {
    const script = `
      import { startTree } from ${JSON.stringify(join(process.cwd(), "scripts/start/process-tree.ts"))};
      startTree("/bin/sh", ["-c", "sleep 600 & echo $!; wait"], process.env, ["ignore", "inherit", "inherit"]);
      process.stdin.once("data", () => process.exit(0));`;
    const command = spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: ["pipe", "pipe", "inherit"] });
    const ended = new Promise<number | null>((resolve) => command.once("exit", resolve));
    const grandchild = await new Promise<number>((resolve) =>
      command.stdout.once("data", (data: Buffer) => resolve(Number(data.toString()))),
    );
    expect(isRunning(grandchild)).toBe(true);
    if (how === "exit") command.stdin.write("\n");
    else command.kill("SIGTERM");
    expect(await ended).toBe(how === "exit" ? 0 : 128 + 15);
    await expect.poll(() => isRunning(grandchild)).toBe(false);
  },
);

/** Not counting a zombie: a killed process whose parent is gone waits for init to take note. */
function isRunning(pid: number): boolean {
  if (process.platform !== "linux") return spawnSync("ps", ["-p", String(pid)]).status === 0;
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

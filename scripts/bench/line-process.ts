import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A process that answers a line of JSON with a line of JSON. */
export interface LineProcess {
  readonly pid: number;
  /** @throws Error when the process ends without an answer; its own words are on standard error */
  ask(request: unknown): Promise<{ readonly ms?: number }>;
  /** Closes its standard input, at which it ends. */
  close(): Promise<void>;
}

/** Starts a process and waits for its first line. */
export async function startLineProcess(
  command: string,
  parameters: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<LineProcess> {
  const child = spawn(command, parameters, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env } });
  const said: string[] = [];
  child.stderr.on("data", (text: Buffer) => said.push(text.toString()));
  child.stdin.on("error", () => undefined); // An answer that does not come tells the rest.
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = (await lines.next()) as IteratorResult<string, undefined>;
    if (!done) return JSON.parse(value) as { ms?: number };
    const last = said.join("").trim().split("\n").at(-1);
    throw new Error(`bench: ${command} ended without an answer${last ? `: ${last}` : ""}`);
  };
  await answer();
  return {
    pid: child.pid!,
    ask: (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return answer();
    },
    close: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once("exit", () => resolve());
        child.stdin.end();
        setTimeout(() => child.kill("SIGKILL"), 5_000).unref();
      }),
  };
}

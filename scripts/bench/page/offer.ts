import type { Runner, Work } from "../contestant.ts";

/** What a page of the benchmark offers to the script that drives it. */
export interface Offered {
  open(provider: "wasm" | "webgpu", threads: number, work: Work): Promise<void>;
  run(): Promise<number>;
  close(): Promise<void>;
}

/** Makes a framework callable from outside the page; one unit of work at a time. */
export function offer(open: (provider: "wasm" | "webgpu", threads: number, work: Work) => Promise<Runner>): void {
  let runner: Runner | undefined;
  const offered: Offered = {
    open: async (...request) => {
      runner = await open(...request);
    },
    run: () => runner!.run(),
    close: async () => {
      await runner?.close();
      runner = undefined;
    },
  };
  Object.assign(globalThis, { offered });
}

import { readFileSync } from "node:fs";

/** What a command-line volunteer or auditor said last that it trains, in its log; undefined: nothing yet. */
export function trainedNow(log: string): string | undefined {
  return readFileSync(log, "utf8")
    .split("\n")
    .findLast((line) => IN_TRAINING.test(line))
    ?.match(IN_TRAINING)?.[1];
}

/** As scripts/volunteer/progress.ts has it. */
const IN_TRAINING = /^(.+), seed \d+ \|/;

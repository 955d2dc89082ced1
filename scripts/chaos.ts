import path from "node:path";
import { parseArgs } from "node:util";
import { judge } from "./chaos/judge.ts";
import { simulate } from "./chaos/simulate.ts";
import { Trajectories } from "./chaos/trajectories.ts";
import { putChaos, section } from "./chaos/document.ts";
import { optionsOf, say } from "./command-line.ts";
import { bundle } from "./load/bundle.ts";
import { wholeNumber } from "./whole-number.ts";

const USAGE = `npm run chaos [-- options]
  --volunteers N   simulated at once (default: 20; the long form: 200)
  --seeds N        of each of two variants (default: one for each volunteer, at most 100)
  --minutes M      gives up after so many (default: 15 for 20 volunteers, more for more)
  --seed S         of characters and troubles (default: another one each time)
  --table          writes the table into docs/chaos.md, and some of its rows into the README
Trains a small study twice, against the real Worker in workerd: undisturbed, then with volunteers that vanish, repeat, delay, lie and replay while the coordinator is killed
(kill -9) and started again. Every run must end with the same bits, but for lies whose interval was not drawn, and nothing that was accepted may be lost.
Exit codes: 0 all of it held, 1 something did not (with the seed), 2 wrong arguments.`;

const options = optionsOf(readArguments, USAGE);
say(`Seed ${options.seed}: ${options.volunteers} volunteers, ${options.seeds} seeds of 2 variants.`);
const folder = path.resolve(import.meta.dirname, "../.cache/chaos");
const trajectories = new Trajectories();
try {
  const { seed, seeds, minutes } = options;
  const worker = bundle("workers/index.ts", path.join(folder, "bundle"));
  const common = { seeds, seed, minutes, trajectories, say, bundle: worker, killEvery: [12, 40] as const };
  say("The undisturbed study ...");
  const calm = Math.min(20, Math.ceil(options.volunteers / 2));
  const truth = await simulate({ ...common, folder: path.join(folder, "truth"), volunteers: calm, isDisturbed: false });
  say("The same study, disturbed ...");
  const chaos = await simulate({
    ...common,
    folder: path.join(folder, "chaos"),
    volunteers: options.volunteers,
    isDisturbed: true,
  });
  const judgement = judge(truth.ended, chaos.ended, chaos.record);
  const text = section(options, chaos, judgement);
  console.log(`\n${text}`);
  if (options.table) await putChaos(text);
  for (const words of judgement.broken.slice(0, 20)) console.error(`Broken: ${words}`);
  if (judgement.broken.length > 0) console.error(`Seed ${seed}: ${judgement.broken.length} promises were broken.`);
  process.exit(judgement.broken.length > 0 ? 1 : 0);
} catch (error) {
  console.error(error);
  console.error(`Seed ${options.seed}.`);
  process.exit(1);
}

function readArguments(args: readonly string[]) {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { volunteers: text, seeds: text, minutes: text, seed: text, table: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) return "help" as const;
  const volunteers = wholeNumber("--volunteers", values.volunteers) ?? 20;
  return {
    volunteers,
    seeds: wholeNumber("--seeds", values.seeds) ?? Math.min(100, volunteers),
    minutes: wholeNumber("--minutes", values.minutes) ?? 15 + Math.ceil(volunteers / 4),
    seed: wholeNumber("--seed", values.seed) ?? 1 + Math.floor(Math.random() * 2 ** 31),
    table: values.table === true,
  };
}

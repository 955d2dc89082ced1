import { optionsOf } from "./command-line.ts";
import { readArguments, USAGE } from "./scale/arguments.ts";
import { crowdTable, putScale, scaleTables } from "./scale/section.ts";
import { type Stretch, stretch } from "./scale/stretch.ts";

/** `npm run scale`: see USAGE. This file only connects; the simulation stands in scale/. */
const { volunteers, gateways, homes, seconds, isLong, crowd, table } = optionsOf(readArguments, USAGE);
const sizes = [0.25, 0.5, 1].map((share) => Math.ceil(share * volunteers));
/** Larger crowds are watched for a shorter time: each virtual second of a million is as much work as 17 minutes of a thousand. */
const CROWDS = [
  { volunteers: 1_000, seconds: 60 },
  ...(isLong
    ? [
        { volunteers: 100_000, seconds: 20 },
        { volunteers: 1_000_000, seconds: 10 },
      ]
    : []),
];
const say = (words: string) => console.log(words);
const watched = (who: number, of: number, forSeconds: number, sharing = 0): Promise<Stretch> => {
  say(`${who} volunteers, ${of === 0 ? "no" : of} gateways, ${forSeconds} s ...`);
  return stretch({ volunteers: who, gateways: of, homes: sharing, seconds: forSeconds, ...(who > 5_000 && { say }) });
};
const inTurn = async (all: readonly (() => Promise<Stretch>)[]): Promise<Stretch[]> => {
  const done: Stretch[] = [];
  for (const one of all) done.push(await one());
  return done;
};
try {
  if (crowd !== null) {
    const only = await watched(crowd, gateways, seconds, homes);
    say(`${JSON.stringify(only)}\n${crowdTable([only])}`);
  } else {
    const alone = await inTurn(sizes.map((size) => () => watched(size, 0, seconds)));
    const spread = await inTurn(sizes.map((size) => () => watched(size, gateways, seconds)));
    const crowds = await inTurn(CROWDS.map((one) => () => watched(one.volunteers, gateways, one.seconds, homes)));
    const scaled = { alone, spread, crowds };
    say(scaleTables(scaled));
    if (table)
      await putScale(
        scaled,
        `npm run scale --${isLong ? " --long" : ""} --volunteers ${volunteers} --gateways ${gateways} --homes ${homes} --seconds ${seconds}`,
      );
  }
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}

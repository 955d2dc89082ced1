import { optionsOf } from "./command-line.ts";
import { readArguments, USAGE } from "./scale/arguments.ts";
import { putScale, scaleTables } from "./scale/section.ts";
import { type Stretch, stretch } from "./scale/stretch.ts";

/** `npm run scale`: see USAGE. This file only connects; the simulation stands in scale/. */
const options = optionsOf(readArguments, USAGE);
const sizes = [0.25, 0.5, 1].map((share) => Math.ceil(share * options.volunteers));
/** Some more runs than volunteers: as long as there is work, it is trained. */
const runsFor = (volunteers: number) => Math.min(2500, Math.ceil(1.2 * volunteers));
const alone: Stretch[] = [];
const spread: Stretch[] = [];
try {
  for (const gateways of [0, options.gateways]) {
    for (const volunteers of sizes) {
      console.log(`${volunteers} volunteers, ${gateways === 0 ? "no" : gateways} gateways ...`);
      (gateways === 0 ? alone : spread).push(await stretch(volunteers, runsFor(volunteers), gateways, options.seconds));
    }
  }
  const scaled = { alone, spread, gateways: options.gateways };
  console.log(scaleTables(scaled));
  if (options.table) await putScale(scaled, `npm run scale -- --volunteers ${options.volunteers} --gateways ${options.gateways}`);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}

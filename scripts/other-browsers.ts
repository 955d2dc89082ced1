import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { Rerun } from "../shared/protocol/rerun.ts";
import { StudySnapshot } from "../shared/protocol/snapshot.ts";
import { optionsOf } from "./command-line.ts";
import type { Engine } from "./other-browsers/engine.ts";
import { openFirefox } from "./other-browsers/firefox.ts";
import { journey } from "./other-browsers/journey.ts";
import { openWebKit } from "./other-browsers/webkit.ts";
import { startStudy } from "./start/study-server.ts";
import { rerunToken } from "./start/token.ts";

const USAGE = `npm run other-browsers [-- options]: a visitor with Firefox, and one with Safari's engine, read the report and train a shard
  --url URL         a coordinator that runs already on this machine (default: one of its own)
  --firefox PATH    (default: firefox-esr or firefox, where apt-get puts them)
  --webkit PATH     WebKitGTK's MiniBrowser (apt-get install webkit2gtk-driver xvfb libwebkit2gtk-4.1-0)
  --pictures FOLDER keeps what the windows show
Exit codes: 0 each did all of it, 1 one did not, 2 wrong arguments, 3 neither browser is here.`;

const FIREFOX = ["/usr/bin/firefox-esr", "/usr/bin/firefox"];
const WEBKIT = ["/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser", "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser"];
const [WIDTH, HEIGHT] = [1280, 1000];
/** A small network and few steps: whether it trains at all is the question here. */
const SMALL = { seeds: [1], overrides: { width: 1 / 32, batchSize: 32, steps: 30 }, reason: "Does it train in other browsers?" };

const root = path.resolve(import.meta.dirname, "..");
const options = optionsOf(readOptions, USAGE);
const firefox = options.firefox ?? FIREFOX.find((file) => existsSync(file));
const webkit = options.webkit ?? WEBKIT.find((file) => existsSync(file));
const browsers: readonly (() => Promise<Engine>)[] = [
  ...(firefox === undefined ? [] : [() => openFirefox(firefox, WIDTH, HEIGHT)]),
  ...(webkit === undefined ? [] : [() => openWebKit(webkit, WIDTH, HEIGHT)]),
];
if (browsers.length === 0) {
  console.error(`Neither Firefox nor WebKitGTK's MiniBrowser is where it usually is.\n\n${USAGE}`);
  process.exitCode = 3;
} else process.exitCode = (await all()) ? 0 : 1;

/** True where every browser did all of it. */
async function all(): Promise<boolean> {
  const study = options.url === undefined ? await startStudy() : null;
  const origin = options.url ?? study!.origin;
  try {
    const experiment = await smallExperiment(origin);
    let allDid = true;
    for (const open of browsers) allDid = (await one(open, origin, experiment)) && allDid;
    return allDid;
  } finally {
    await study?.close();
  }
}

async function one(open: () => Promise<Engine>, origin: string, experiment: string): Promise<boolean> {
  const engine = await open();
  console.log(engine.name);
  const picture = async (name: string) => {
    if (options.pictures === undefined) return;
    await mkdir(options.pictures, { recursive: true });
    const file = `${engine.name.split(/[ /]/)[0]!.toLowerCase()}-${name}.png`;
    await writeFile(path.join(options.pictures, file), await engine.picture());
  };
  try {
    await journey(engine, origin, experiment, (sentence) => console.log(`  ${sentence}`), picture);
    return true;
  } catch (error) {
    console.error(`  ${error instanceof Error ? error.message : String(error)}`);
    await picture("failed").catch(() => undefined);
    return false;
  } finally {
    await engine.close();
  }
}

/** Each visitor trains a shard of an experiment of its own. */
async function smallExperiment(origin: string): Promise<string> {
  const { experiments } = StudySnapshot.parse(await (await fetch(`${origin}/api/snapshot`)).json());
  const parent = experiments[0]!.experiment;
  const answer = await fetch(`${origin}/api/reruns`, {
    method: "POST",
    headers: { authorization: `Bearer ${rerunToken(path.join(root, ".dev.vars"))}`, "content-type": "application/json" },
    body: JSON.stringify({ experiment: parent.id, ...SMALL }),
  });
  if (!answer.ok) throw new Error(`POST /api/reruns: got ${answer.status} ${await answer.text()}`);
  return Rerun.parse(await answer.json()).id;
}

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: "string" },
      firefox: { type: "string" },
      webkit: { type: "string" },
      pictures: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  return values.help ? "help" : values;
}

import { parseArgs } from "node:util";
import lighthouse, { desktopConfig, type Flags } from "lighthouse";
import { chromium } from "playwright";
import { BROWSER_FLAGS, resolveBrowser } from "./browser.ts";
import { optionsOf } from "./command-line.ts";
import { freePort } from "./fleet/free-port.ts";
import { startStudy } from "./start/study-server.ts";

const USAGE = `npm run lighthouse [-- options]: Lighthouse's four scores for the built site's pages, on a study of its own; about a minute a page
  --url URL     measures what runs there instead
  --page PATH   only this page; may be given several times
  --mobile      a slow phone on a slow line instead of a desktop computer
Exit codes: 0 all scores are at least 95, 1 some are lower (with what Lighthouse would mend), 2 wrong arguments.`;

const PAGES = [
  "/",
  "/claims",
  "/theory",
  "/runs",
  "/embed/fig4",
  "/donate",
  "/contribution",
  "/data",
  "/api",
  "/devices",
  "/rerun",
  "/about",
];
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"] as const;
const WANTED = 95;

const options = optionsOf(readOptions, USAGE);
process.exitCode = (await measure(options.url ?? null, options.page ?? PAGES, options.mobile)) ? 0 : 1;

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: "string" },
      page: { type: "string", multiple: true },
      mobile: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  return values.help ? "help" : values;
}

/** Prints a line for each page, and what costs it points; true where all have enough. */
async function measure(url: string | null, pages: readonly string[], mobile: boolean): Promise<boolean> {
  const study = url === null ? await startStudy() : null;
  const { executablePath, env } = await resolveBrowser();
  const port = await freePort(null);
  const browser = await chromium.launch({
    executablePath,
    args: [...BROWSER_FLAGS, `--remote-debugging-port=${port}`],
    env: { ...(process.env as Record<string, string>), ...env },
  });
  try {
    console.log(["page".padEnd(12), ...CATEGORIES.map((name) => name.padStart(15))].join(""));
    let enough = true;
    for (const page of pages) {
      const { scores, faults } = await audit(`${study?.origin ?? url}${page}`, port, mobile);
      console.log([page.padEnd(12), ...scores.map((score) => String(score).padStart(15))].join(""));
      for (const fault of faults) console.log(`    ${fault}`);
      enough &&= scores.every((score) => score >= WANTED);
    }
    return enough;
  } finally {
    await browser.close();
    await study?.close();
  }
}

async function audit(address: string, port: number, mobile: boolean) {
  const flags: Flags = { port, onlyCategories: [...CATEGORIES], output: "json", logLevel: "error" };
  const result = await lighthouse(address, flags, mobile ? undefined : desktopConfig);
  if (!result) throw new Error(`${address}: got no report from Lighthouse, want one`);
  const { categories, audits } = result.lhr;
  const scores = CATEGORIES.map((name) => Math.round(100 * (categories[name]?.score ?? 0)));
  const faults = CATEGORIES.flatMap((name, i) =>
    scores[i]! >= WANTED
      ? []
      : (categories[name]?.auditRefs ?? [])
          .filter(({ weight }) => weight > 0)
          .map(({ id }) => audits[id]!)
          .filter(({ score }) => score !== null && score < 0.9)
          .map(({ title, displayValue }) => `${name}: ${title}${displayValue ? ` (${displayValue})` : ""}`),
  );
  return { scores, faults };
}

import path from "node:path";
import type { Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { rerunToken } from "../../../scripts/start/token.ts";
import { Rerun } from "../../../shared/protocol/rerun.ts";
import { runPlace } from "../../../site/src/report/run-address.ts";
import { firstExperiment } from "./first-experiment.ts";
import { complaintsOf, open, origin, violations, within } from "./reader.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const NO_SUCH_PAGE = "/no-such-page";
const pages = [
  ...[
    "/",
    "/claims",
    "/theory",
    "/runs",
    "/data",
    "/donate",
    "/rerun",
    "/about",
    "/api",
    "/devices",
    "/operator",
    "/contribution",
  ],
  // One of each kind of chart.
  ...["/embed/fig1a", "/embed/fig1c", "/embed/fig4", "/embed/fig10"],
  NO_SUCH_PAGE,
];
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 900 };

/** What every page links to within the site. */
const links = new Set<string>();

beforeAll(async () => {
  const response = await fetch(`${origin}/api/reruns`, {
    method: "POST",
    headers: { authorization: `Bearer ${rerunToken(path.join(ROOT, ".dev.vars"))}`, "content-type": "application/json" },
    body: JSON.stringify({ experiment: await firstExperiment(), seeds: [11], reason: "Is it the seeds?" }),
  });
  pages.push(`/rerun?id=${Rerun.parse(await response.json()).id}`);
});

test("every page, wide and narrow, light and dark: no accessibility violation, nothing that sticks out, no error on the console", async () => {
  const waiting = [...pages];
  const reader = async () => {
    for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) await lookAt(address);
  };
  // Two at a time: one is drawn while the other loads.
  await Promise.all([reader(), reader()]);
});

test("every link within the site leads somewhere, to its very section", async () => {
  expect(links.size).toBeGreaterThan(15);
  const texts = new Map<string, Promise<string | null>>();
  const textOf = (address: string) => {
    const text = texts.get(address) ?? fetch(address).then((response) => (response.ok ? response.text() : null));
    texts.set(address, text);
    return text;
  };
  const broken: string[] = [];
  const follow = async (link: string) => {
    const { pathname, search, hash } = new URL(link);
    // A run's address is read by its page, not a section of it: reader.test.ts follows one.
    if (pathname === "/runs" && runPlace(hash) !== null) return;
    const text = await textOf(`${origin}${pathname}${search}`);
    if (text === null) broken.push(`${link}: not found`);
    else if (hash !== "" && !text.includes(`id="${decodeURIComponent(hash.slice(1))}"`)) broken.push(`${link}: no such section`);
  };
  await Promise.all([...links].map(follow));
  expect(broken).toEqual([]);
});

/** Opens a page once and turns it into every look that a reader may have of it. */
function lookAt(address: string): Promise<void> {
  return within({ colorScheme: "light", viewport: WIDE }, async (context) => {
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await open(page, address);
    expect(await violations(page), `${address}, light, wide`).toEqual([]);
    await staysWithin(page, address, WIDE.width);
    await page.setViewportSize(NARROW);
    await staysWithin(page, address, NARROW.width);
    // Half of a page's elements are in its charts: images to a reader's tools, whose colours axe does not know (of SVG it reads `color`, not `fill`).
    // They have been looked at once, and page-data.test.ts holds their palette to its contrasts.
    await page.evaluate(() => document.querySelectorAll("[data-panel] svg").forEach((chart) => chart.remove()));
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await violations(page), `${address}, dark, narrow`).toEqual([]);
    await page.emulateMedia({ colorScheme: "light" });
    expect(await violations(page, "colours"), `${address}, light, narrow`).toEqual([]);
    await page.setViewportSize(WIDE);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await violations(page, "colours"), `${address}, dark, wide`).toEqual([]);

    expect(complaints, address).toEqual([]);
    const here = await page.locator("a[href]").evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
    for (const link of here) if (link.startsWith(origin)) links.add(link.replace(NO_SUCH_PAGE, "/"));
  });
}

async function staysWithin(page: Page, address: string, width: number): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth), `width of ${address}`).toBeLessThanOrEqual(width);
}

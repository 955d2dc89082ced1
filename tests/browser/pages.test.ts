import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";
import axe from "axe-core";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operatorToken, rerunToken } from "../../scripts/start/token.ts";
import { Rerun } from "../../shared/protocol/rerun.ts";
import { StudySnapshot } from "../../shared/protocol/snapshot.ts";
import { launch } from "./launch.ts";
import { startStudy, type StudyServer } from "../../scripts/start/study-server.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
/** HTML, CSS and JavaScript of the report before anything is scrolled to or pressed, gzipped. */
const BUDGET_BYTES = 150_000;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

let server: StudyServer;
let browser: Browser;
let pages: string[];
/** Pages of words and tables: two looks show both themes and both widths. */
const PLAIN = ["/about", "/data", "/api", "/devices", "/contribution", "/no-such-page"];
/** One that needs images. */
let experiment: string;

beforeAll(async () => {
  server = await startStudy();
  browser = await launch();
  pages = [
    "/",
    "/donate",
    "/rerun",
    `/rerun?id=${await askForRerun()}`,
    "/theory",
    "/about",
    "/data",
    "/api",
    "/devices",
    "/claims",
    "/operator",
    "/embed/fig4",
    "/contribution",
    "/no-such-page",
  ];
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function askForRerun(): Promise<string> {
  const snapshot = StudySnapshot.parse(await (await fetch(`${server.origin}/api/snapshot`)).json());
  experiment = snapshot.experiments[0]!.experiment.id;
  const response = await fetch(`${server.origin}/api/reruns`, {
    method: "POST",
    headers: { authorization: `Bearer ${rerunToken(path.join(ROOT, ".dev.vars"))}`, "content-type": "application/json" },
    body: JSON.stringify({ experiment, seeds: [11], reason: "Is it the seeds?" }),
  });
  return Rerun.parse(await response.json()).id;
}

async function within<T>(options: BrowserContextOptions, use: (context: BrowserContext) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  return use(context).finally(() => context.close());
}

/** What the browser complains about, apart from the 404 of a page that is not there. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.location().url.endsWith("/no-such-page")) complaints.push(message.text());
  });
  return complaints;
}

/** Opens a page and brings to life what waits to be seen. */
async function open(page: Page, address: string): Promise<void> {
  await page.goto(`${server.origin}${address}`, { waitUntil: "networkidle" });
  for (const figure of await page.locator("figure:visible").all()) await figure.scrollIntoViewIfNeeded();
  await page.waitForLoadState("networkidle");
}

/** What axe finds against WCAG 2.2 AA. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate(
    (rules) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
        runOnly: { type: "tag", values: rules },
        resultTypes: ["violations"],
      }),
    RULES,
  );
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join("; ")}`);
}

const looks = [
  { colorScheme: "light", width: 1440 },
  { colorScheme: "light", width: 360 },
  { colorScheme: "dark", width: 1440 },
  { colorScheme: "dark", width: 360 },
] as const;

describe.each(looks)("every page, $colorScheme, $width pixels wide", ({ colorScheme, width }) => {
  test("has no accessibility violation, no error on the console, and nothing that sticks out", () =>
    within({ colorScheme, viewport: { width, height: 900 } }, async (context) => {
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      const isPlainLook = (colorScheme === "light") === width > 1000;
      for (const address of pages) {
        if (PLAIN.includes(address) && !isPlainLook) continue;
        await open(page, address);
        expect(await violations(page), address).toEqual([]);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide, `width of ${address}`).toBeLessThanOrEqual(width);
        expect(complaints, address).toEqual([]);
      }
    }));
});

test("every link within the site leads somewhere, to its very section", () =>
  within({}, async (context) => {
    const page = await context.newPage();
    const links = new Set<string>();
    for (const address of pages) {
      await page.goto(`${server.origin}${address}`, { waitUntil: "networkidle" });
      const here = await page.locator("a[href]").evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
      for (const link of here) if (link.startsWith(server.origin)) links.add(link.replace("/no-such-page", "/"));
    }
    expect(links.size).toBeGreaterThan(15);
    const broken: string[] = [];
    for (const link of links) {
      const { pathname, search, hash } = new URL(link);
      const response = await fetch(`${server.origin}${pathname}${search}`);
      const text = await response.text();
      if (!response.ok) broken.push(`${link}: ${response.status}`);
      else if (hash !== "" && !text.includes(`id="${decodeURIComponent(hash.slice(1))}"`))
        broken.push(`${link}: no such section`);
    }
    expect(broken).toEqual([]);
  }));

test("the report can be read with JavaScript off: figures, their numbers, and the words", () =>
  within({ javaScriptEnabled: false }, async (context) => {
    const page = await context.newPage();
    await page.goto(`${server.origin}/`);
    for (const id of ["fig1a", "fig1b"]) {
      const figure = page.locator(`#${id}`);
      expect(await figure.locator("svg path:visible").count()).toBeGreaterThan(4);
      expect(await figure.locator('[data-table="numbers"] thead th').count()).toBeGreaterThan(3);
    }
    for (const id of ["fig4", "fig12"]) {
      const still = page.locator(`#${id} noscript img`);
      await still.scrollIntoViewIfNeeded();
      await expect
        .poll(() => still.evaluate((image) => (image as HTMLImageElement).naturalWidth), { timeout: 30_000 })
        .toBeGreaterThan(500);
      expect(await page.locator(`#${id} [data-panel]:visible`).count()).toBe(0);
    }
    expect(await page.locator("live-outcomes tbody tr:visible").count()).toBe(6);
    expect(await page.locator("h2:visible").count()).toBeGreaterThan(6);
    expect(await page.locator(".needs-js:visible").count()).toBe(0);
    for (const address of ["/donate", "/rerun"]) {
      await page.goto(`${server.origin}${address}`);
      expect(await page.locator("main noscript").first().textContent()).toContain("JavaScript");
    }
  }));

test("the still report, as it stands before its code has come, is accessible too", () =>
  within({}, async (context) => {
    await context.route("**/_astro/*.js", (route) => route.abort());
    const page = await context.newPage();
    await page.goto(`${server.origin}/`);
    expect(await page.locator("#fig1a [data-panel] svg").count()).toBe(2);
    expect(await violations(page)).toEqual([]);
  }));

test("every figure's charts come when a reader is near, in the room that was kept for them", () =>
  within({ viewport: { width: 1440, height: 900 } }, async (context) => {
    const page = await context.newPage();
    await page.goto(`${server.origin}/`, { waitUntil: "networkidle" });
    const heights = () =>
      page.locator("article figure.figure").evaluateAll((all) => all.map((one) => [one.id, (one as HTMLElement).offsetHeight]));
    const before = await heights();
    expect(before.length).toBe(16);
    await open(page, "/");
    await page.waitForFunction(() =>
      [...document.querySelectorAll("[data-panel]")].every((place) => place.querySelector("svg path, svg text")),
    );
    expect(await heights()).toEqual(before);
    expect(await page.locator("[data-panel]").count()).toBeGreaterThan(70);
  }));

test("the report is small: what it loads before anything is pressed", () =>
  within({ viewport: { width: 1440, height: 900 } }, async (context) => {
    const page = await context.newPage();
    const sizes: Promise<{ url: string; bytes: number }>[] = [];
    page.on("response", (response) => {
      if (!["document", "stylesheet", "script"].includes(response.request().resourceType())) return;
      sizes.push(response.body().then((body) => ({ url: new URL(response.url()).pathname, bytes: gzipSync(body).length })));
    });
    await page.goto(`${server.origin}/`, { waitUntil: "networkidle" });
    const loaded = await Promise.all(sizes);
    expect(loaded.length).toBeGreaterThan(5);
    expect(
      loaded.reduce((sum, { bytes }) => sum + bytes, 0),
      JSON.stringify(loaded),
    ).toBeLessThan(BUDGET_BYTES);
  }));

test("a reader looks at a figure differently, takes it away, embeds it, and goes on without a line", () =>
  within({ viewport: { width: 1440, height: 900 }, acceptDownloads: true }, async (context) => {
    const page = await context.newPage();
    await open(page, "/#fig2");
    const figure = page.locator("#fig2");
    const drawn = () => figure.locator('[data-panel="fig2-train"] svg, [data-panel] svg').first().innerHTML();
    const before = await drawn();
    await figure.getByText("Look at it differently").click();
    await figure.getByLabel("Steps on a log axis").check();
    await expect.poll(drawn, { timeout: 30_000 }).toContain("Step, log axis");
    await figure.getByLabel("Steps on a log axis").uncheck();
    await expect.poll(drawn, { timeout: 30_000 }).not.toContain("Step, log axis");
    expect(before).not.toContain("Step, log axis");

    const coming = page.waitForEvent("download");
    await figure.getByRole("link", { name: "Figure 2 as PNG" }).click();
    const picture = await coming;
    expect(picture.suggestedFilename()).toBe("batchnorm-at-home-fig2.png");
    expect((await readFile(await picture.path())).subarray(1, 4).toString()).toBe("PNG");

    await figure.locator("summary", { hasText: "Embed it" }).click();
    const snippet = await figure.locator("[data-embed]").textContent();
    expect(snippet).toContain(`src="${server.origin}/embed/fig2"`);
    const stranger = createServer((_request, response) =>
      response.setHeader("content-type", "text/html").end(`<!doctype html>${snippet}`),
    ).listen(0, "127.0.0.1");
    try {
      await once(stranger, "listening");
      const elsewhere = await context.newPage();
      await elsewhere.goto(`http://localhost:${(stranger.address() as AddressInfo).port}/`); // Another origin than 127.0.0.1.
      await elsewhere.frameLocator("iframe").locator("#fig2 [data-panel] svg").first().waitFor({ timeout: 30_000 });
    } finally {
      stranger.close();
    }

    await context.setOffline(true);
    await figure.locator("summary", { hasText: "The numbers" }).click();
    expect(await figure.locator('[data-table="numbers"] tbody tr').count()).toBeGreaterThan(0);
    await expect.poll(() => figure.locator("[data-status]").textContent(), { timeout: 30_000 }).toContain("Coordinator away");
  }));

describe("the donate page", () => {
  const slot = (page: Page, name: string) => page.locator(`volunteer-panel [data-slot="${name}"]`).first();
  const press = (page: Page, action: string) => page.locator(`volunteer-panel [data-action="${action}"]`).click();
  const titled = (page: Page, title: string | RegExp) =>
    slot(page, "title").filter({ hasText: title }).waitFor({ timeout: 60_000 });

  test.each([
    ["the runtime is missing", "**/ort/**", 404, "The server does not have the training runtime's"],
    ["a page comes in place of the runtime", "**/ort/**/*.wasm.gz", 200, /^The training runtime's .* cannot be read/],
    ["the data set's manifest is missing", "**/manifest.json", 404, "The server does not have the data set's manifest.json"],
  ] as const)("says in words that %s, and what to do", (_what, address, status, words) =>
    within({}, async (context) => {
      const page = await context.newPage();
      await context.route(address, (route) =>
        route.fulfill({ status, contentType: "text/html", body: "<!doctype html><title>Not found</title>" }),
      );
      // A processor is mostly offered the deep linear network, which needs no images.
      await context.route("**/api/leases", (route) =>
        route.continue({ postData: { ...(route.request().postDataJSON() as object), experiment } }),
      );
      await page.goto(`${server.origin}/donate`);
      await press(page, "start");
      await titled(page, words);
      expect(await slot(page, "title").textContent()).not.toContain("://");
      expect(await slot(page, "detail").textContent()).toContain("npm run build");
      expect(await page.locator('volunteer-panel [data-action="start"]').textContent()).toBe("Try again");
    }),
  );

  test("a tab that is reloaded while paused comes back paused: it fetches nothing and takes no shard", () =>
    within({}, async (context) => {
      const page = await context.newPage();
      await page.goto(`${server.origin}/donate`);
      await press(page, "start");
      await press(page, "pause");
      await titled(page, "Paused");
      const asked: string[] = [];
      context.on("request", (request) => {
        const { pathname } = new URL(request.url());
        if (/^\/(api\/leases|ort|data)\b/.test(pathname)) asked.push(pathname);
      });
      await page.reload();
      await titled(page, "Paused");
      await page.waitForTimeout(2_000);
      expect(await slot(page, "title").textContent()).toBe("Paused");
      expect(asked).toEqual([]);
      await press(page, "resume");
      await titled(page, /^(Fetching|Compiling|Testing|Training)/);
      const pressed = Date.now();
      await press(page, "stop");
      await titled(page, "Not training");
      expect(Date.now() - pressed).toBeLessThan(5_000);
      await page.reload();
      expect(await slot(page, "title").textContent()).toBe("Not training");
    }));

  test("a rule holds it up in words; settings are kept; a second tab takes over", () =>
    within({}, async (context) => {
      const page = await context.newPage();
      const browserOf = await context.newCDPSession(page);
      await browserOf.send("Emulation.setDataSaverOverride", { dataSaverEnabled: true });
      await page.goto(`${server.origin}/donate`);
      await page.getByRole("radio", { name: "100%" }).focus();
      for (let times = 0; times < 3; times++) await page.keyboard.press("ArrowRight");
      await press(page, "start");
      await titled(page, "Resting");
      expect(await slot(page, "detail").textContent()).toContain("data should be saved");
      await page.getByRole("checkbox", { name: "Not on a metered connection" }).uncheck();
      await titled(page, /^(Starting|Fetching|Compiling|Testing|Training)/);

      const second = await context.newPage();
      await second.goto(`${server.origin}/donate`);
      expect(await second.getByRole("radio", { name: "25%" }).isChecked()).toBe(true);
      await press(second, "start");
      await titled(second, "Another tab is training");
      await press(second, "take-over");
      await titled(page, "Another tab is training");
      await titled(second, /^(Starting|Fetching|Compiling|Testing|Training)/);
      await press(second, "stop");
      await titled(second, "Not training");
      await titled(page, "Not training");
    }));
});

test("the operator's page: a wrong token is refused, the right one opens it for this tab, and a pause is asked a reason for", () =>
  within({ viewport: { width: 360, height: 800 } }, async (context) => {
    const page = await context.newPage();
    await page.goto(`${server.origin}/operator`);
    const enter = async (token: string) => {
      await page.getByLabel("Operator’s token").fill(token);
      await page.getByRole("button", { name: "Open" }).click();
    };
    await enter("wrong");
    await page.getByText("not one of the valid ones").waitFor();
    await enter(operatorToken(path.join(ROOT, ".dev.vars")));
    const row = page.locator("[data-experiments] tr").last();
    await row.getByRole("button", { name: /^Pause/ }).click();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel("Reason").last().fill("a look at it");
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await row.getByText("Paused: a look at it").waitFor();
    await page.reload();
    await row.getByText("Paused: a look at it").waitFor();
    await page.locator("[data-log] li").first().getByText("a look at it").waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 1]);
    await page.getByRole("button", { name: "Forget the token" }).click();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  }));

test("a rerun is asked for with the form: what it costs, what is wrong with the token, and where it is", () =>
  within({}, async (context) => {
    const page = await context.newPage();
    await page.goto(`${server.origin}/rerun`);
    const field = (name: string) => page.locator(`rerun-form input[name="${name}"]`);
    const say = (name: string) => page.locator(`rerun-form [data-slot="${name}"]`);
    await say("cost").filter({ hasText: "runs" }).waitFor();
    await field("seeds").fill("31, 30-29");
    expect(await say("cost").textContent()).toContain("got “31, 30-29”");
    await field("seeds").fill("31-32");
    await field("learningRate").fill("0.03");
    await field("steps").fill("200");
    await say("cost").filter({ hasText: "12 runs, 2,400 steps" }).waitFor();
    await field("token").fill("not the token");
    await page.getByRole("button", { name: "Ask for it" }).click();
    await say("answer").filter({ hasText: "token" }).waitFor();
    await field("token").fill(rerunToken(path.join(ROOT, ".dev.vars")));
    await page.getByRole("button", { name: "Ask for it" }).click();
    const child = page.locator("rerun-form [data-child] a");
    await child.click();
    await page.locator('rerun-view [data-slot="changes"]').filter({ hasText: "0.03" }).waitFor();
  }));

test("the page of the API runs what only reads", () =>
  within({}, async (context) => {
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${server.origin}/api`);
    const health = page.locator("api-reference details#health");
    await health.locator("summary").first().click();
    await health.getByRole("button", { name: "Run it" }).click();
    await health
      .locator('[role="status"]')
      .filter({ hasText: /^200 after/ })
      .waitFor();
    expect(await health.locator("form pre").textContent()).toContain('"ok": true');
    expect(await page.locator("api-reference details#lease form").count()).toBe(0);
    expect(complaints).toEqual([]);
  }));

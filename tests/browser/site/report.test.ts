import { gzipSync } from "node:zlib";
import type { BrowserContext, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { origin, reader, violations, wake, within } from "./reader.ts";

/** HTML, CSS and JavaScript of the report before anything is scrolled to or pressed, gzipped. */
const BUDGET_BYTES = 150_000;
const WIDE = { width: 1440, height: 900 };

test("the report can be read with JavaScript off: figures, their numbers, and the words", () =>
  within({ javaScriptEnabled: false }, async (context) => {
    const page = await context.newPage();
    await page.goto(`${origin}/`);
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
      await page.goto(`${origin}${address}`);
      expect(await page.locator("main noscript").first().textContent()).toContain("JavaScript");
    }
  }));

test("the still report, as it stands before its code has come, is accessible too", () =>
  within({}, async (context) => {
    await context.route("**/_astro/*.js", (route) => route.abort());
    const page = await context.newPage();
    await page.goto(`${origin}/`);
    expect(await page.locator("#fig1a [data-panel] svg").count()).toBe(2);
    expect(await violations(page)).toEqual([]);
  }));

describe("the report, opened once", () => {
  let context: BrowserContext;
  let page: Page;
  const loaded: Promise<{ url: string; bytes: number }>[] = [];
  const heights = () =>
    page.locator("article figure.figure").evaluateAll((all) => all.map((one) => [one.id, (one as HTMLElement).offsetHeight]));

  beforeAll(async () => {
    context = await reader({ viewport: WIDE });
    page = await context.newPage();
    page.on("response", (response) => {
      if (!["document", "stylesheet", "script"].includes(response.request().resourceType())) return;
      loaded.push(response.body().then((body) => ({ url: new URL(response.url()).pathname, bytes: gzipSync(body).length })));
    });
    await page.goto(`${origin}/`, { waitUntil: "networkidle" });
  });
  afterAll(() => context.close());

  test("is small: what it loads before anything is pressed", async () => {
    const sizes = await Promise.all(loaded);
    expect(sizes.length).toBeGreaterThan(5);
    const bytes = sizes.reduce((sum, one) => sum + one.bytes, 0);
    expect(bytes, JSON.stringify(sizes)).toBeLessThan(BUDGET_BYTES);
  });

  test("has every figure whole on paper, in one column, and nothing to press, before a reader has come near", async () => {
    await page.setViewportSize({ width: 800, height: 1000 });
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(":is(button, input, select, details:not([open]), nav):visible").count()).toBe(0);
    const drawn = await page.locator("article live-figure").evaluateAll((all) =>
      all.map((figure) => {
        const shown = [...figure.querySelectorAll<HTMLElement>("img, [data-panel]")].filter((one) => one.checkVisibility());
        return shown.length > 0;
      }),
    );
    expect(drawn).toHaveLength(15);
    expect(drawn.every(Boolean)).toBe(true);
    await page.emulateMedia({ media: "screen" });
    await page.setViewportSize(WIDE);
  });

  test("has every figure's charts come when a reader is near, in the room that was kept for them", async () => {
    const before = await heights();
    expect(before.length).toBe(16);
    await wake(page);
    await page.waitForFunction(() =>
      [...document.querySelectorAll("[data-panel]")].every((place) => place.querySelector("svg path, svg text")),
    );
    expect(await heights()).toEqual(before);
    expect(await page.locator("[data-panel]").count()).toBeGreaterThan(70);
  });
});

import type { Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { origin, within } from "./reader.ts";
import { firstExperiment } from "./first-experiment.ts";

/** One that needs images. */
let experiment: string;

beforeAll(async () => {
  experiment = await firstExperiment();
});

describe("the donate page", () => {
  const slot = (page: Page, name: string) => page.locator(`volunteer-panel [data-slot="${name}"]`).first();
  const press = (page: Page, action: string) => page.locator(`volunteer-panel [data-action="${action}"]`).click();
  const titled = (page: Page, title: string | RegExp) =>
    expect.poll(() => slot(page, "title").textContent(), { timeout: 60_000 }).toMatch(title);

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
      await page.goto(`${origin}/donate?experiment=${experiment}`);
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
      await page.goto(`${origin}/donate`);
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
      await page.goto(`${origin}/donate`);
      await page.getByRole("radio", { name: "100%" }).focus();
      for (let times = 0; times < 3; times++) await page.keyboard.press("ArrowRight");
      await press(page, "start");
      await titled(page, "Resting");
      expect(await slot(page, "detail").textContent()).toContain("data should be saved");
      await page.getByRole("checkbox", { name: "Not on a metered connection" }).uncheck();
      await titled(page, /^(Starting|Fetching|Compiling|Testing|Training)/);

      const second = await context.newPage();
      await second.goto(`${origin}/donate`);
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

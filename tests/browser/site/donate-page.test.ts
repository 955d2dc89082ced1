import { beforeAll, describe, expect, test } from "vitest";
import { origin, within } from "./reader.ts";
import { press, slot, titled } from "./donating.ts";
import { firstExperiment } from "./first-experiment.ts";

/** One that needs images. */
let experiment: string;

beforeAll(async () => {
  experiment = await firstExperiment();
});

describe("the donate page", () => {
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
      // What the page before had on its way does not count.
      page.on("framenavigated", () => asked.splice(0));
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

  test("a rule holds it up in words; settings are kept; other tabs know that it trains; a second one takes over", () =>
    within({}, async (context) => {
      const page = await context.newPage();
      const browserOf = await context.newCDPSession(page);
      await browserOf.send("Emulation.setDataSaverOverride", { dataSaverEnabled: true });
      // As if training had moved so much today already.
      await page.addInitScript(() => {
        const day = new Date().toLocaleDateString("sv-SE");
        localStorage.setItem("volunteer-data", JSON.stringify({ day, bytes: 250e6 }));
      });
      await page.goto(`${origin}/donate`);
      await page.getByRole("radio", { name: "250 MB" }).check({ force: true });
      await page.getByRole("radio", { name: "100%" }).focus();
      for (let times = 0; times < 3; times++) await page.keyboard.press("ArrowRight");
      await press(page, "start");
      await titled(page, "Resting");
      expect(await slot(page, "detail").textContent()).toContain("data should be saved");
      await page.getByRole("checkbox", { name: "Not on a metered connection" }).uncheck();
      await slot(page, "detail")
        .filter({ hasText: "has moved 250 MB over the network today, and you allowed 250 MB a day" })
        .waitFor();
      await page.getByRole("radio", { name: "No limit" }).check({ force: true });
      await titled(page, /^(Starting|Fetching|Compiling|Testing|Training)/);

      const given = await context.newPage();
      await given.goto(`${origin}/contribution`);
      const local = given.locator('contribution-page [data-slot="local"]');
      await local.filter({ hasText: "This browser trains its first shard" }).waitFor();
      expect(await given.locator("contribution-page [data-none]").isVisible()).toBe(false);
      await given.close();

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

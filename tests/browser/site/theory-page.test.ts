import type { Page } from "playwright";
import { expect, test } from "vitest";
import { statements } from "../../../shared/theory/index.ts";
import { origin, within } from "./reader.ts";

const status = (page: Page) => page.locator("theory-lab [data-status]");
const computed = (page: Page) => status(page).filter({ hasText: "Computed by your browser" }).waitFor({ timeout: 120_000 });
const verdict = (page: Page, id: string) => page.locator(`[data-statement="${id}"] .verdict`).textContent();

test("the reader's browser checks every statement, and counts what the build counted", () =>
  within({}, async (context) => {
    const page = await context.newPage();
    await page.goto(`${origin}/theory`);
    const atBuild = await verdict(page, "theorem-4-2");
    await computed(page);
    expect(await status(page).textContent()).toContain("Everything that is proved held. Every count is that of the build.");
    expect(/\d+ of [\d,]+/.exec((await verdict(page, "theorem-4-2"))!)![0]).toBe(/\d+ of [\d,]+/.exec(atBuild!)![0]);

    await page.locator('input[name="epsilon"]').focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.locator('[data-value="epsilon"]').textContent()).toBe("10⁻⁵");
    await status(page).filter({ hasText: "Your browser is computing" }).waitFor();
    await computed(page);
    expect(await verdict(page, "theorem-4-2")).toContain("in its form for ε > 0");
    expect(await page.locator('[data-statement="theorem-4-1"]').textContent()).toContain("with this ε");

    await page.locator('input[name="seed"]').fill("-1");
    expect(await status(page).textContent()).toContain("want a whole number");
    await page.locator('[data-action="reset"]').click();
    await computed(page);
    expect(await status(page).textContent()).toContain("Every count is that of the build.");
  }));

test("without JavaScript the numbers of the build stand there, and no controls", () =>
  within({ javaScriptEnabled: false }, async (context) => {
    const page = await context.newPage();
    await page.goto(`${origin}/theory`);
    for (const { id } of statements) {
      expect((await verdict(page, id))!.length).toBeGreaterThan(20);
      expect(await page.locator(`#${id} .katex:visible`).count()).toBeGreaterThan(0);
      expect(await page.locator(`[data-statement="${id}"] tbody tr:visible`).count()).toBeGreaterThan(1);
    }
    expect(await page.locator(".controls:visible").count()).toBe(0);
    expect(await page.locator(".picture svg:visible").count()).toBe(5);
  }));

import { expect, test } from "vitest";
import { complaintsOf, origin, within } from "./reader.ts";

test("the page of the API runs what only reads", () =>
  within({}, async (context) => {
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${origin}/api`);
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

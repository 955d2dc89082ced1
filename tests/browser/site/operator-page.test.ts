import path from "node:path";
import { expect, test } from "vitest";
import { operatorToken } from "../../../scripts/start/token.ts";
import { origin, violations, within } from "./reader.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");

test("the operator's page: a wrong token is refused, the right one opens it for this tab, and a pause is asked a reason for", () =>
  within({ viewport: { width: 360, height: 800 } }, async (context) => {
    const page = await context.newPage();
    await page.goto(`${origin}/operator`);
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

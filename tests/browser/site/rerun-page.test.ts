import path from "node:path";
import { expect, test } from "vitest";
import { rerunToken } from "../../../scripts/start/token.ts";
import { origin, within } from "./reader.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");

test("a rerun is asked for with the form: what it costs, what is wrong with the token, and where it is", () =>
  within({}, async (context) => {
    const page = await context.newPage();
    await page.goto(`${origin}/rerun`);
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

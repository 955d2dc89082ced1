import path from "node:path";
import type { Page } from "playwright";
import { expect, test } from "vitest";
import { rerunToken } from "../../../scripts/start/token.ts";
import { Rerun } from "../../../shared/protocol/rerun.ts";
import { firstExperiment } from "./first-experiment.ts";
import { complaintsOf, origin, within } from "./reader.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
/** One run of a narrow network, in one shard: seconds, of which half are its test. */
const SMALL = { seeds: [1], variants: ["batchnorm-lr0.1"], overrides: { width: 1 / 32, batchSize: 32, steps: 30 } };

const slot = (page: Page, name: string) => page.locator(`volunteer-panel [data-slot="${name}"]`).first();
const press = (page: Page, action: string) => page.locator(`volunteer-panel [data-action="${action}"]`).click();
const titled = (page: Page, title: string | RegExp) =>
  slot(page, "title").filter({ hasText: title }).waitFor({ timeout: 90_000 });
const WORKING = /^(Training|Measuring|Testing)$/;

test("while somebody uses the device it rests; without a network it trains on, waits with the hand-in, and goes on when the network is back", () =>
  within({}, async (context) => {
    const experiment = await smallExperiment();
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    const cdp = await context.newCDPSession(page);
    const { targetInfo } = await cdp.send("Target.getTargetInfo");
    const whole = await context.browser()!.newBrowserCDPSession();
    await whole.send("Browser.grantPermissions", {
      ...{ origin, permissions: ["idleDetection"] },
      ...(targetInfo.browserContextId !== undefined && { browserContextId: targetInfo.browserContextId }),
    });
    await cdp.send("Emulation.setIdleOverride", { isUserActive: true, isScreenUnlocked: true });
    await page.goto(`${origin}/donate?experiment=${experiment}`);
    await page.getByRole("checkbox", { name: "Only while I am not using this device" }).check();
    await press(page, "start");
    await titled(page, "Resting");
    expect(await slot(page, "detail").textContent()).toContain("You are using this device");
    await cdp.send("Emulation.setIdleOverride", { isUserActive: false, isScreenUnlocked: false });
    await titled(page, WORKING);

    await context.setOffline(true);
    await slot(page, "detail").filter({ hasText: "training goes on, and the shard is handed in when it is back" }).waitFor();
    await titled(page, "Offline");
    expect(await slot(page, "detail").textContent()).toContain("What was trained is kept here");
    await context.setOffline(false);
    const notes = page.locator("volunteer-panel [data-notes]");
    await notes.getByText("Handed in: BatchNorm, learning rate 0.1, seed 1, steps 0 to 30.").waitFor({ timeout: 10_000 });

    await titled(page, "Waiting");
    expect(await slot(page, "detail").textContent()).toContain("Every run here is trained to its end");
    await press(page, "stop");
    await titled(page, "Not training");
    expect(await slot(page, "shards").textContent()).toBe("1");
    expect(complaints.filter((text) => !text.includes("ERR_INTERNET_DISCONNECTED"))).toEqual([]);
  }));

async function smallExperiment(): Promise<string> {
  const answer = await fetch(`${origin}/api/reruns`, {
    method: "POST",
    headers: { authorization: `Bearer ${rerunToken(path.join(ROOT, ".dev.vars"))}`, "content-type": "application/json" },
    body: JSON.stringify({ experiment: await firstExperiment(), ...SMALL, reason: "What does the page say?" }),
  });
  return Rerun.parse(await answer.json()).id;
}

import path from "node:path";
import type { BrowserContext, Page } from "playwright";
import { rerunToken } from "../../../scripts/start/token.ts";
import { Rerun, type RerunRequest } from "../../../shared/protocol/rerun.ts";
import { origin } from "./reader.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");

/** While a shard is worked on, as the donate page's title says it. */
export const WORKING = /^(Training|Measuring|Testing)$/;

export const slot = (page: Page, name: string) => page.locator(`volunteer-panel [data-slot="${name}"]`).first();
export const press = (page: Page, action: string) => page.locator(`volunteer-panel [data-action="${action}"]`).click();
export const titled = (page: Page, title: string | RegExp) =>
  slot(page, "title").filter({ hasText: title }).waitFor({ timeout: 90_000 });
/** Lines under "Lately". */
export const notes = (page: Page) => page.locator("volunteer-panel [data-notes]");

/** Updates of the run in hand so far. */
export const stepOf = async (page: Page): Promise<number> =>
  Number(((await slot(page, "step").textContent()) ?? "").split(" of ")[0]!.replace(",", ""));

/** A rerun to donate to. @returns its id */
export async function experimentFor(request: Pick<RerunRequest, "experiment"> & Partial<RerunRequest>): Promise<string> {
  const answer = await fetch(`${origin}/api/reruns`, {
    method: "POST",
    headers: { authorization: `Bearer ${rerunToken(path.join(ROOT, ".dev.vars"))}`, "content-type": "application/json" },
    body: JSON.stringify({ ...request, reason: "What does the page say?" }),
  });
  return Rerun.parse(await answer.json()).id;
}

/** What a person would allow when asked. */
export async function allow(
  context: BrowserContext,
  page: Page,
  permissions: ("idleDetection" | "wakeLockScreen")[],
): Promise<void> {
  const { targetInfo } = await (await context.newCDPSession(page)).send("Target.getTargetInfo");
  const whole = await context.browser()!.newBrowserCDPSession();
  await whole.send("Browser.grantPermissions", {
    ...{ origin, permissions },
    ...(targetInfo.browserContextId !== undefined && { browserContextId: targetInfo.browserContextId }),
  });
}

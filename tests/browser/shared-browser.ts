import { chromium } from "playwright";
import type { TestProject } from "vitest/node";
import { BROWSER_FLAGS, resolveBrowser } from "../../scripts/browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where Playwright finds the browser. */
    readonly browserAddress: string;
  }
}

/**
 * One browser for all files of a project: it takes seconds to come up.
 * @returns what ends it
 * @throws Error in words where no browser can run
 */
export async function shareBrowser(project: TestProject): Promise<() => Promise<void>> {
  const { executablePath, env } = await resolveBrowser();
  const browser = await chromium.launchServer({ executablePath, args: BROWSER_FLAGS, env: { ...process.env, ...env } });
  project.provide("browserAddress", browser.wsEndpoint());
  return () => browser.close();
}

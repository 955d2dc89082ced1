import { chromium } from "playwright";
import type { TestProject } from "vitest/node";
import { BROWSER_FLAGS, resolveBrowser } from "../../../scripts/browser.ts";
import { startStudy } from "../../../scripts/start/study-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the site and its coordinator answer. */
    readonly origin: string;
    /** Where Playwright finds the browser. */
    readonly browserAddress: string;
  }
}

/** One study and one browser for all tests of the site's pages: each of them takes seconds to come up. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { executablePath, env } = await resolveBrowser();
  const server = await startStudy();
  const browser = await chromium.launchServer({ executablePath, args: BROWSER_FLAGS, env: { ...process.env, ...env } });
  project.provide("origin", server.origin);
  project.provide("browserAddress", browser.wsEndpoint());
  return async () => {
    await browser.close();
    await server.close();
  };
}

import { type Browser, chromium, type Page } from "playwright";
import { inject } from "vitest";
import { pageAddress } from "../../scripts/page-server.ts";

/** The Chromium of setup.ts, as if it were the file's own: what a file opens in it goes when the file closes it. */
export const launch = (): Promise<Browser> => chromium.connect(inject("browserAddress"));

/**
 * A fresh page that has run one module of the project.
 * @param script path of the module from the project's root
 * @param offers a name that the module puts into the page's global scope
 */
export async function pageOf(browser: Browser, script: string, offers: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(pageAddress(inject("pages"), script));
  await page.waitForFunction((name) => name in globalThis, offers);
  return page;
}

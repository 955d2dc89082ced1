import { type Browser, chromium } from "playwright";
import { inject } from "vitest";
import { BROWSER_FLAGS } from "../../scripts/browser.ts";

/** The Chromium that setup.ts found. */
export function launch(): Promise<Browser> {
  const { executablePath, env } = inject("browser");
  const own = Object.fromEntries(Object.entries({ ...process.env, ...env }).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
  return chromium.launch({ executablePath, args: BROWSER_FLAGS, env: own });
}

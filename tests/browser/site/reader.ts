import axe from "axe-core";
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright";
import { inject } from "vitest";

/** Where the site and its coordinator answer. */
export const origin = inject("origin");

const browser = await chromium.connect(inject("browserAddress"));

/** A reader with nothing stored, who stays until the context is closed. */
export const reader = (options: BrowserContextOptions): Promise<BrowserContext> =>
  browser.newContext({ reducedMotion: "reduce", ...options });

/** One who leaves afterwards. */
export async function within<T>(options: BrowserContextOptions, use: (context: BrowserContext) => Promise<T>): Promise<T> {
  const context = await reader(options);
  return use(context).finally(() => context.close());
}

/** What the browser complains about, apart from the 404 of a page that is not there. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.location().url.endsWith("/no-such-page")) complaints.push(message.text());
  });
  return complaints;
}

/** Opens a page and brings to life what waits to be seen. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(`${origin}${address}`, { waitUntil: "networkidle" });
  await wake(page);
}

/** Scrolls past every figure, and waits for what comes then. */
export async function wake(page: Page): Promise<void> {
  const figures = await page.evaluate(async () => {
    const all = [...document.querySelectorAll("figure")];
    for (const figure of all) {
      figure.scrollIntoView({ behavior: "instant" });
      // Who waits to be seen hears of it after a frame.
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    }
    return all.length;
  });
  if (figures > 0) await page.waitForLoadState("networkidle");
}

/** WCAG 2.2 AA, as axe's tags name it. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** The rules among them that ask for colours: all that another theme can break. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/**
 * What axe finds against WCAG 2.2 AA.
 * @param only "colours" where the same page was looked at in the other theme
 */
export async function violations(page: Page, only: "all" | "colours" = "all"): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  const results = await page.evaluate(
    (runOnly) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
        runOnly,
        resultTypes: ["violations"],
      }),
    only === "all" ? ({ type: "tag", values: RULES } as const) : ({ type: "rule", values: COLOUR_RULES } as const),
  );
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join("; ")}`);
}

import { type Browser, type BrowserContext, chromium, type Page } from "playwright";
import { BROWSER_FLAGS, resolveBrowser } from "../browser.ts";
import { residentBytes } from "./resident.ts";

/** What a page and its browser hold of the machine. */
export interface PageMemory {
  readonly name: string;
  readonly pid: number;
  readonly bytes: number;
}

/** A trainer that is in the middle of a step answers after it. */
const COLLECTED_WITHIN_MS = 5_000;

/** A browser that trains on the page for donors. */
export class PageVolunteer {
  readonly #browser: Browser;
  readonly #context: BrowserContext;
  readonly #origin: string;
  #page: Page;

  private constructor(browser: Browser, context: BrowserContext, origin: string, page: Page) {
    this.#browser = browser;
    this.#context = context;
    this.#origin = origin;
    this.#page = page;
  }

  /** @param duty share of the time that it may compute, one of those on the page */
  static async open(origin: string, duty: number): Promise<PageVolunteer> {
    const { executablePath, env } = await resolveBrowser();
    const own = Object.fromEntries(
      Object.entries({ ...process.env, ...env }).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])),
    );
    const browser = await chromium.launch({ executablePath, args: [...BROWSER_FLAGS, "--js-flags=--expose-gc"], env: own });
    const context = await browser.newContext();
    const volunteer = new PageVolunteer(browser, context, origin, await context.newPage());
    await volunteer.#start(duty);
    return volunteer;
  }

  /** @param duty null: as it was chosen before */
  async #start(duty: number | null): Promise<void> {
    await this.#page.goto(`${this.#origin}/donate`, { timeout: 120_000 });
    if (duty !== null) await this.#page.locator(`volunteer-settings input[name="duty"][value="${duty}"]`).check({ force: true });
    await this.#page.locator('volunteer-panel [data-action="start"]').click({ timeout: 60_000 });
  }

  /** Ends the page's process as a crash would; a new page of the same visitor goes on. */
  async crash(): Promise<void> {
    for (const { id } of (await this.#processes()).filter(({ type }) => type === "renderer")) process.kill(id, "SIGKILL");
    await this.#page.close().catch(() => undefined);
    this.#page = await this.#context.newPage();
    await this.#start(null);
  }

  /** After garbage was collected: the page's heap, and what its renderer and the GPU's process have resident. */
  async memory(): Promise<PageMemory[]> {
    const session = await this.#context.newCDPSession(this.#page);
    await session.send("HeapProfiler.collectGarbage");
    await this.#collectTrainers();
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    await session.detach();
    const processes = await this.#processes();
    const largest = (type: string) =>
      processes
        .filter((each) => each.type === type)
        .map(({ id }) => ({ pid: id, bytes: residentBytes(id) }))
        .toSorted((a, b) => b.bytes - a.bytes)[0] ?? { pid: 0, bytes: 0 };
    const renderer = largest("renderer");
    return [
      { name: "page, JavaScript heap", pid: renderer.pid, bytes: usedSize },
      { name: "page, renderer", ...renderer },
      { name: "browser, GPU process", ...largest("GPU") },
    ];
  }

  /** Shards that the page says were accepted from it. */
  async acknowledged(): Promise<number> {
    const text = await this.#page.locator('volunteer-panel [data-slot="shards"]').first().textContent();
    return Number((text ?? "").replaceAll(",", ""));
  }

  /** What the page says that it does. */
  async title(): Promise<string> {
    return (await this.#page.locator('volunteer-panel [data-slot="title"]').first().textContent()) ?? "";
  }

  /**
   * Stops training, as the button does, waits until the shard has been given back, and closes the browser.
   * @returns hand-ins that were acknowledged to it, and what is not as it should be: checks of what is stored must not depend on a page that answers
   */
  async leave(): Promise<{ readonly acknowledged: number; readonly trouble: string | null }> {
    let acknowledged = 0;
    try {
      acknowledged = await this.acknowledged();
      const stop = this.#page.locator('volunteer-panel [data-action="stop"]').first();
      if (!(await stop.isVisible())) return { acknowledged, trouble: `it trained no more: "${await this.title()}"` };
      await stop.click({ timeout: 30_000 });
      const title = this.#page.locator('volunteer-panel [data-slot="title"]').filter({ hasText: "Not training" });
      await title.waitFor({ timeout: 60_000 });
      return { acknowledged, trouble: null };
    } catch (error) {
      return { acknowledged, trouble: firstLine(error) };
    } finally {
      await this.close().catch(() => undefined);
    }
  }

  /** A page's garbage is not its Web Worker's. Threads of WebAssembly are Web Workers too, but those never come to answer. */
  async #collectTrainers(): Promise<void> {
    const trainers = this.#page.workers().filter((worker) => worker.url().includes("train.worker"));
    const collected = Promise.all(trainers.map((worker) => worker.evaluate(() => (globalThis as { gc?: () => void }).gc?.())));
    await Promise.race([collected, new Promise((resolve) => setTimeout(resolve, COLLECTED_WITHIN_MS))]);
  }

  close(): Promise<void> {
    return this.#browser.close();
  }

  async #processes() {
    const whole = await this.#browser.newBrowserCDPSession();
    const { processInfo } = await whole.send("SystemInfo.getProcessInfo");
    await whole.detach();
    return processInfo;
  }
}

export const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!;

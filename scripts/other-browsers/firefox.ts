import puppeteer from "puppeteer-core";
import type { Engine } from "./engine.ts";

/** Firefox, by WebDriver BiDi. @param executablePath for example /usr/bin/firefox-esr */
export async function openFirefox(executablePath: string, width: number, height: number): Promise<Engine> {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath,
    headless: true,
    args: [`--width=${width}`, `--height=${height}`],
    defaultViewport: null,
  });
  const page = await browser.newPage();
  return {
    name: await browser.version(),
    open: async (address) => void (await page.goto(address, { waitUntil: "load", timeout: 120_000 })),
    ask: async <T>(expression: string) => (await page.evaluate(expression)) as T,
    picture: () => page.screenshot({ type: "png" }),
    close: () => browser.close(),
  };
}

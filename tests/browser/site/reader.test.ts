import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { open, origin, within } from "./reader.ts";

test("a reader looks at a figure differently, takes it away, embeds it, and goes on without a line", () =>
  within({ viewport: { width: 1440, height: 900 }, acceptDownloads: true }, async (context) => {
    const page = await context.newPage();
    await open(page, "/#fig2");
    const figure = page.locator("#fig2");
    const drawn = () => figure.locator('[data-panel="fig2-train"] svg, [data-panel] svg').first().innerHTML();
    const before = await drawn();
    await figure.getByText("Look at it differently").click();
    await figure.getByLabel("Steps on a log axis").check();
    await expect.poll(drawn, { timeout: 30_000 }).toContain("Step, log axis");
    await figure.getByLabel("Steps on a log axis").uncheck();
    await expect.poll(drawn, { timeout: 30_000 }).not.toContain("Step, log axis");
    expect(before).not.toContain("Step, log axis");

    const coming = page.waitForEvent("download");
    await figure.getByRole("link", { name: "Figure 2 as PNG" }).click();
    const picture = await coming;
    expect(picture.suggestedFilename()).toBe("batchnorm-at-home-fig2.png");
    expect((await buffer(await picture.createReadStream())).subarray(1, 4).toString()).toBe("PNG");

    await figure.locator("summary", { hasText: "Embed it" }).click();
    const snippet = await figure.locator("[data-embed]").textContent();
    expect(snippet).toContain(`src="${origin}/embed/fig2"`);
    const stranger = createServer((_request, response) =>
      response.setHeader("content-type", "text/html").end(`<!doctype html>${snippet}`),
    ).listen(0, "127.0.0.1");
    try {
      await once(stranger, "listening");
      const elsewhere = await context.newPage();
      await elsewhere.goto(`http://localhost:${(stranger.address() as AddressInfo).port}/`); // Another origin than 127.0.0.1.
      await elsewhere.frameLocator("iframe").locator("#fig2 [data-panel] svg").first().waitFor({ timeout: 30_000 });
    } finally {
      stranger.close();
    }

    await context.setOffline(true);
    await figure.locator("summary", { hasText: "The numbers" }).click();
    expect(await figure.locator('[data-table="numbers"] tbody tr').count()).toBeGreaterThan(0);
    await expect.poll(() => figure.locator("[data-status]").textContent(), { timeout: 30_000 }).toContain("Coordinator away");
  }));

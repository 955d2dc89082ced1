import { once } from "node:events";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { experimentHeader } from "../../../shared/experiments/experiment.ts";
import { training } from "../../../shared/experiments/training.ts";
import { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { PROTOCOL_VERSION } from "../../../shared/protocol/version.ts";
import { open, origin, within } from "./reader.ts";

const SNAPSHOT = path.resolve(import.meta.dirname, "../../../site/src/data/snapshot.json");

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

    await figure.getByText("Where a point comes from").click();
    await expect.poll(() => figure.locator("[data-point-words]").textContent(), { timeout: 30_000 }).toMatch(/at step \d.*seed/);
    const point = figure.locator("[data-panel] [aria-hidden] svg").first();
    const { width, height } = (await point.boundingBox())!;
    await point.hover({ position: { x: width / 2, y: height / 2 } });
    const said = page.locator("#vg-tooltip-element.visible");
    await expect.poll(() => said.textContent()).toMatch(/Step.*Seeds.*From.*(WebGPU|WebAssembly|native processor).*Audit/);
    await point.click({ position: { x: width / 2, y: height / 2 } });
    const step = await said.locator("tr", { hasText: "Step" }).locator(".value").textContent();
    await expect.poll(() => figure.locator("[data-point-words]").textContent()).toContain(`at step ${step}:`);
    const run = figure.locator("[data-origins] tbody a").first();
    expect(await run.getAttribute("href")).toMatch(new RegExp(`^/runs#.+@${step!.replace(",", "")}$`));

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

test("where runs of two sizes are published, a reader chooses one for all figures, and the address keeps it", () =>
  within({ viewport: { width: 1440, height: 900 } }, async (context) => {
    // The pilot's runs under the paper's plan: what they trained does not matter here, only which of the two is drawn.
    const snapshot = StudySnapshot.parse(JSON.parse(readFileSync(SNAPSHOT, "utf8")));
    const pilot = snapshot.experiments.find(({ experiment }) => experiment.id === experimentHeader(training, "pilot").id)!;
    const both = [pilot, { ...pilot, experiment: experimentHeader(training, "paper") }];
    const versions = both.map(({ experiment: { id }, version, publishedAt }) => ({ id, version, publishedAt }));
    await context.route("**/api/versions", (route) => route.fulfill({ json: { protocol: PROTOCOL_VERSION, experiments: versions, volunteers: null } })); // prettier-ignore
    for (const one of both) await context.route(`**/api/snapshot/${one.experiment.id}`, (route) => route.fulfill({ json: one }));
    const page = await context.newPage();
    await page.goto(`${origin}/#fig1a`);
    const [first, second] = [page.locator("#fig1a"), page.locator("#fig1b")];
    await expect.poll(() => first.locator("[data-status]").textContent(), { timeout: 30_000 }).toContain("Live");
    await first.getByText("Look at it differently").click();
    await expect.poll(() => first.locator('[data-size] [value="pilot"]').isChecked(), { timeout: 30_000 }).toBe(true);
    expect(await first.locator("[data-caption]").textContent()).toContain("1,000 steps of plain SGD");
    await first.locator('[data-size] [value="paper"]').check();
    await expect.poll(() => first.locator("[data-caption]").textContent(), { timeout: 30_000 }).toContain("15,000 steps of plain SGD"); // prettier-ignore
    await second.scrollIntoViewIfNeeded();
    await expect.poll(() => second.locator("[data-caption]").textContent(), { timeout: 30_000 }).toContain("15,000 steps of plain SGD"); // prettier-ignore
    expect(new URL(page.url()).searchParams.get("profile")).toBe("paper");
    expect(await first.locator("[data-embed]").textContent()).toContain(`${origin}/embed/fig1a?profile=paper"`);
    await page.goto(`${origin}/embed/fig1a?profile=paper`);
    await expect.poll(() => first.locator("[data-caption]").textContent(), { timeout: 30_000 }).toContain("15,000 steps of plain SGD"); // prettier-ignore
  }));

test("a run has a page of its own, with every shard, and the point that a reader came from", () =>
  within({}, async (context) => {
    const page = await context.newPage();
    await page.goto(`${origin}/runs`);
    await page.locator("runs-page [data-all] a").first().click();
    await page.locator("runs-page [data-shards] li").first().waitFor();
    expect(await page.locator("runs-page h1").textContent()).toMatch(/seed \d+$/);
    expect(await page.locator("runs-page [data-shards] li code").first().textContent()).toMatch(/^[0-9a-f]{64}$/);
    const address = page.url();
    await page.goto(`${origin}/about`);
    await page.goto(`${address}@1`);
    await page.locator("runs-page li[data-meant]").waitFor();
    expect(await page.locator("runs-page li[data-meant]").count()).toBe(1);
  }));

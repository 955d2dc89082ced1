import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import * as prettier from "prettier";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readArguments } from "../../../scripts/verdicts/arguments.ts";
import { verdictsJson } from "../../../scripts/verdicts/json.ts";
import { listOf } from "../../../scripts/verdicts/markdown.ts";
import { readSnapshot } from "../../../scripts/verdicts/read.ts";
import { verdictsText } from "../../../scripts/verdicts/text.ts";
import { batchnormMakesGradientsPredictive as c13 } from "../../../shared/claims/batchnorm-makes-gradients-predictive.ts";
import { claims } from "../../../shared/claims/index.ts";
import { familiesIn, judgeAll } from "../../../shared/claims/judging/report.ts";
import { shownJudgement } from "../../../shared/claims/judging/shown.ts";
import { noiseCostsBatchnormAlmostNothing as c5b } from "../../../shared/claims/noise-costs-batchnorm-almost-nothing.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { PROTOCOL_VERSION } from "../../../shared/protocol/version.ts";
import { pairsThat, snapshotOf } from "../claims/synthetic.ts";

const snapshot = snapshotOf(c13, { pairs: pairsThat(c13, "supports", 15, { share: 0.2, profile: "paper" }), profile: "paper" });
const reports = judgeAll(claims, snapshot);

describe("the text", () => {
  const text = verdictsText(snapshot, reports, claims.length);
  const block = text.split("\n\n").find((lines) => lines.startsWith("C13"))!;

  test("says what was asked, what came out, what the paper has, and what it follows from", () => {
    expect(text).toContain("Snapshot of 2026-11-22T10:00:00Z, 32 claims.");
    expect(text).toContain("The study's own runs, paper profile");
    expect(block).toContain("VGG, BatchNorm at 0.1 against Standard at 0.1: median greatest change of the gradient");
    expect(block).toMatch(/estimate {2}0\.39\dx \[0\.\d+, 0\.\d+\] at 95 %, 0\.39\dx \[/);
    expect(block).toContain("paper     figure 0.45x, text 0.01x");
    expect(block).toContain("n 15, LLR 8.82");
    expect(block).toContain("verdict   weaker than reported after 14 pairs (so far 15 of 15 pairs)");
    expect(block).toMatch(/from {6}claim [0-9a-f]{12}; training-paper-[0-9a-f]{8} abababababab; models \d{12}/);
  });

  test("claims without a finished pair say how many they need", () => {
    expect(text).toContain("verdict   undecided: no pair is finished, 6 pairs are needed at least");
  });

  test("a pilot's verdict is labelled as the pilot's", () => {
    const pilot = snapshotOf(c13, { pairs: pairsThat(c13, "supports", 15) });
    const labelled = verdictsText(pilot, judgeAll(claims, pilot), claims.length);
    expect(labelled).toContain("C13 [pilot]  Along the gradient");
    expect(labelled).toContain("verdict   supported at the pilot's size after 14 pairs");
  });
});

test("the JSON holds every judgement pair by pair, with nothing infinite", () => {
  const read = JSON.parse(verdictsJson(snapshot, reports)) as {
    families: { judgements: { claim: string; pairs: unknown[]; llr: number }[] }[];
  };
  const judgement = read.families[0]!.judgements.find(({ claim }) => claim === "C13")!;
  expect(judgement.pairs).toHaveLength(15);
  expect(judgement.llr).toBeCloseTo(15 * Math.log(1.8), 10);
});

test("a page shows runs of the paper's size before a pilot's, and a pilot's before none", () => {
  const pilot = snapshotOf(c5b, { pairs: pairsThat(c5b, "supports", 2) });
  const paper = snapshotOf(c5b, { pairs: pairsThat(c5b, "supports", 1), profile: "paper" });
  const shown = (of: StudySnapshot) => shownJudgement({ families: familiesIn(judgeAll(claims, of)) }, "C5b");
  const both = { ...pilot, experiments: [...pilot.experiments, ...paper.experiments] };
  expect(shown(both)).toMatchObject({ isPaperSize: true, n: 1 });
  expect(shown(pilot)).toMatchObject({ isPaperSize: false, n: 2 });
  expect(shownJudgement({ families: [] }, "C5b")).toBeNull();
});

test("docs/claims.md holds the list that the command writes", async () => {
  const file = new URL("../../../docs/claims.md", import.meta.url);
  const options = await prettier.resolveConfig(file);
  const list = await prettier.format(listOf(claims), { ...options, parser: "markdown" });
  expect(readFileSync(file, "utf8"), "run npm run verdicts -- --markdown").toContain(list.trim());
});

describe("what is judged", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "verdicts-"));
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/api/snapshot" ? 200 : 404).end(JSON.stringify(snapshot));
  });
  beforeAll(async () => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  const write = (name: string, content: unknown) => {
    const file = path.join(folder, name);
    writeFileSync(file, JSON.stringify(content));
    return file;
  };

  test("is the committed snapshot, a file, or what a coordinator has now", async () => {
    expect(readArguments([])).toMatchObject({
      kind: "judge",
      from: { file: expect.stringMatching(/snapshot\.json$/) as string },
    });
    expect(readArguments(["--url", "http://127.0.0.1:8787/"])).toMatchObject({ from: { origin: "http://127.0.0.1:8787" } });
    expect(await readSnapshot({ file: write("snapshot.json", snapshot) })).toEqual(snapshot);
    const { port } = server.address() as AddressInfo;
    expect(await readSnapshot({ origin: `http://127.0.0.1:${port}` })).toEqual(snapshot);
  });

  test("what cannot be judged is said", async () => {
    expect(() => readArguments(["--url", "nowhere"])).toThrow("--url: got nowhere, want the coordinator's address");
    expect(() => readArguments(["--url", "http://a", "--snapshot", "b"])).toThrow("got both, want one of them");
    await expect(readSnapshot({ file: path.join(folder, "none.json") })).rejects.toThrow("no snapshot to read. Take one");
    await expect(readSnapshot({ file: write("old.json", { protocol: 1 }) })).rejects.toThrow(
      `got a snapshot of protocol 1, want ${PROTOCOL_VERSION}`,
    );
    await expect(readSnapshot({ file: write("odd.json", { protocol: 2 }) })).rejects.toThrow("not a snapshot of this study");
  });
});

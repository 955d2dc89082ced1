import { describe, expect, test } from "vitest";
import { batchnormDoesNotLowerCovariateShift as c9 } from "../../../shared/claims/batchnorm-does-not-lower-covariate-shift.ts";
import { batchnormMakesGradientsPredictive as c13 } from "../../../shared/claims/batchnorm-makes-gradients-predictive.ts";
import { batchnormTrainsVggInFewerSteps as c1 } from "../../../shared/claims/batchnorm-trains-vgg-in-fewer-steps.ts";
import { claims } from "../../../shared/claims/index.ts";
import type { Claim } from "../../../shared/claims/judging/claim.ts";
import { familiesIn, judgeAll } from "../../../shared/claims/judging/report.ts";
import { l1NormTrainsVggAsWell as c8 } from "../../../shared/claims/l1-norm-trains-vgg-as-well.ts";
import { claimParts, decidedHtml, gaugeSvg, markSvg } from "../../../site/src/report/claim-html.ts";
import { claimSections } from "../../../site/src/report/claim-sections.ts";
import { claimTables } from "../../../site/src/report/claim-tables.ts";
import { overviewWords, progressOf, shapeOf, standingOf } from "../../../site/src/report/claim-words.ts";
import { toldBy } from "../../../site/src/rerun/rerun-claims.ts";
import { judgedIn, pairsThat, snapshotOf, type Story, type Told } from "../claims/synthetic.ts";

const judged = (claim: Claim, story: Story) => judgedIn(claim, snapshotOf(claim, story), { profile: "pilot", rerun: null })!;
const parts = (claim: Claim, story: Story) => claimParts(shapeOf(claim), judged(claim, story), 260);
const alone = () => "alone";

test("every claim stands in one section of the report", () => {
  expect(claimSections.flatMap((section) => section.claims).sort()).toEqual(claims.map(({ id }) => id).sort());
});

test("the summary names by its sentence what the test has decided, and nothing else", () => {
  const row = (claim: Claim, story: Story) => ({
    ...{ id: claim.id, title: claim.title, shape: shapeOf(claim), judgement: judged(claim, story) },
  });
  const rows = [row(c1, { pairs: pairsThat(c1, "supports", 14) }), row(c13, { pairs: [] })];
  const html = decidedHtml(rows);
  expect(html).toMatch(
    /^<li>.*<a href="\/claims#C1">BatchNorm trains VGG in fewer steps<\/a> <span>Supported: .* over 14.pairs\.<\/span>/,
  );
  expect(html).not.toContain(c13.title);
  expect(decidedHtml(rows.slice(1))).toBe("");
});

describe("a claim on the page", () => {
  const few = { pairs: pairsThat(c1, "supports", 3) };
  const enough = { pairs: pairsThat(c1, "supports", 14) };

  test("says where it stands, what is missing, and both of the paper's numbers where they differ", () => {
    expect(parts(c1, few)).toMatchObject({
      standing: expect.stringContaining("<b>Undecided</b> <span>at the pilot’s size") as string,
      need: expect.stringMatching(
        /^About \d+ more pairs would settle this \(6 at the least\); the list has seeds for 12\.$/,
      ) as string,
      test: expect.stringContaining("3 of 3 pairs as the sentence says: log-likelihood ratio +1.76, ±6.46 decides.") as string,
    });
    expect(parts(c1, enough)).toMatchObject({
      need: "Settled by 14 pairs.",
      standing: expect.stringContaining("<b>Supported</b>") as string,
    });
    expect(parts(c13, { pairs: [] }).numbers).toContain("Paper: 0.01× in its text, 0.45× in its own figure.");
    expect(parts(c1, { pairs: [] }).need).toBe("No pair is finished yet. 6 or more settle it.");
  });

  test("tells what the test says so far apart from a verdict, by word and by sign", () => {
    const soFar = judged(c1, { ...enough, volunteer: alone });
    expect(standingOf(soFar)).toEqual({ kind: "supported", isSettled: false, words: "Supported so far" });
    expect(claimParts(shapeOf(c1), soFar, 260).need).toMatch(
      /^The test has decided, but on too few volunteers or devices for a verdict\. /,
    );
    expect(claimParts(shapeOf(c1), soFar, 260).test).toContain(
      "What is missing to a verdict: 1 volunteer of the 4 that it takes;",
    );
    const signs = [soFar, judged(c1, enough), judged(c1, few), judged(c1, { pairs: pairsThat(c1, "refutes", 15) })].map(markSvg);
    expect(new Set(signs).size).toBe(4);
  });

  test("its number says what it is a multiple of, or how many points of what", () => {
    expect(parts(c1, few).numbers).toMatch(/^Here: 0\.\d+× the steps.* over 3\u00a0pairs\. Paper: 0\.318× in its figure\.$/);
    expect(parts(c8, { pairs: pairsThat(c8, "supports", 1) }).glance).toMatch(
      /^[+−]?[\d.]+ points of accuracy over 1\u00a0pair$/,
    );
    expect(parts(c8, { pairs: [] })).toMatchObject({
      glance: "",
      numbers: expect.stringContaining("Paper: +0.1 in its figure.") as string,
    });
  });

  test("a name that a volunteer chose is text", () => {
    const hostile = judged(c1, { ...enough, volunteer: () => "<img src=x>" });
    const all = { ...claimParts(shapeOf(c1), hostile, 260), ...claimTables(shapeOf(c1), hostile) };
    expect(Object.values(all).join("")).not.toContain("<img");
    expect(all.trust).toContain("&lt;img src=x>");
  });

  test("its gauge goes to supported on the right for a sentence and for a denial, and is none for equivalence", () => {
    const at = (claim: Claim, outcome: "supports" | "refutes") =>
      progressOf(shapeOf(claim), judged(claim, { pairs: pairsThat(claim, outcome, 3) }));
    expect([at(c1, "supports"), at(c9, "supports")].every((progress) => progress! > 0.2)).toBe(true);
    expect([at(c1, "refutes"), at(c9, "refutes")].every((progress) => progress! < 0)).toBe(true);
    expect(at(c8, "supports")).toBeNull();
    expect(gaugeSvg(shapeOf(c8), judged(c8, few))).toContain("stroke-dasharray");
  });
});

test("a strip has a dot for each finished pair, hollow where it waits, and stays within its frame", () => {
  const pairs: [Told, Told][] = [
    ...pairsThat(c1, "supports", 4),
    ["open", "open"],
    ...pairsThat(c1, "refutes", 2),
    ["diverged", 100],
  ];
  const strip = parts(c1, { pairs }).strip!;
  expect(strip.match(/<circle/g)).toHaveLength(7);
  expect(strip.match(/waits for an earlier seed/g)).toHaveLength(3);
  const xs = [...strip.matchAll(/cx="([\d.]+)"/g)].map(([, x]) => Number(x));
  expect(Math.min(...xs)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...xs)).toBeLessThanOrEqual(260);
  expect(strip).toMatch(/aria-label="7 pairs of runs, from /);
});

test("a rerun's claims stand beside the study's, with an error of their own", () => {
  const story = { pairs: pairsThat(c1, "supports", 15) };
  const snapshot = snapshotOf(c1, { ...story, rerun: "-rerun-2" });
  const families = familiesIn(judgeAll(claims, snapshot));
  const { judgements } = families.find(({ family }) => family.rerun?.id.startsWith("training-"))!;
  const study = {
    protocol: 2,
    judgedAt: null,
    claims: 32,
    shards: 0,
    families: familiesIn(judgeAll(claims, snapshotOf(c1, story))),
  };
  const { words, rows } = toldBy(judgements, study);
  expect(words).toContain(
    "number 2 among the reruns of its experiment, its verdicts may be wrong with probability 1.3% together and 0.04% each",
  );
  expect(rows.find(({ id }) => id === "C1")).toMatchObject({
    own: "Supported",
    parts: { need: expect.stringContaining("The test has decided") as string },
  });
  expect(rows.map(({ id }) => id)).not.toContain("C8a");
  expect(toldBy([], null).rows).toEqual([]);
});

test("the overview counts verdicts apart from what the test says so far, and says which way the rest leans", () => {
  const one = (claim: Claim, story: Story) => ({ shape: shapeOf(claim), judgement: judged(claim, story) });
  const some = [
    one(c1, { pairs: pairsThat(c1, "supports", 14) }),
    one(c9, { pairs: pairsThat(c9, "refutes", 15), volunteer: alone }),
    one(c13, { pairs: [] }),
  ];
  expect(overviewWords(some)).toBe(
    "Of 3 claims 1 is supported. So far 1 is refuted, on too few volunteers or devices for a verdict. 1 is undecided.",
  );
  const leaning = [
    one(c1, { pairs: pairsThat(c1, "supports", 2) }),
    one(c9, { pairs: pairsThat(c9, "refutes", 3) }),
    one(c8, { pairs: pairsThat(c8, "supports", 1) }),
  ];
  expect(overviewWords([...leaning, some[2]!])).toBe(
    "None of the 4 claims is settled yet: all are undecided. On 1 to 3 pairs each, 2 of these lean towards their sentence and 1 against it.",
  );
});

import { describe, expect, it } from "vitest";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { checkAll } from "../../../shared/theory/check-all.ts";
import { statements } from "../../../shared/theory/index.ts";
import { checkedInputs, DEFAULT_INPUTS } from "../../../shared/theory/inputs.ts";
import { observation43 } from "../../../shared/theory/observation-4-3.ts";
import { theorem41 } from "../../../shared/theory/theorem-4-1.ts";
import { checkHtml, sameCounts } from "../../../site/src/theory/check-html.ts";
import { defaultPosition, inputsFrom, seedFrom, sliders, valueWords } from "../../../site/src/theory/controls.ts";
import { withPowers } from "../../../site/src/theory/escaped.ts";
import { foundInTraining, smallShare, theoremInTraining } from "../../../site/src/theory/in-training.ts";
import { slackSvg } from "../../../site/src/theory/slack-svg.ts";

const [checked, identities] = [...checkAll(checkedInputs({ networks: 3 }), [theorem41, observation43])] as const;

describe("the controls", () => {
  it("begin at the defaults, and every position of theirs is an input that the checks take", () => {
    const positions = Object.fromEntries(sliders.map((slider) => [slider.name, defaultPosition(slider)]));
    expect(inputsFrom(positions as Parameters<typeof inputsFrom>[0], DEFAULT_INPUTS.seed)).toEqual(DEFAULT_INPUTS);
    for (const { name, values } of sliders)
      for (const value of values) expect(() => checkedInputs({ [name]: value })).not.toThrow();
  });

  it("say their values as people write them", () => {
    const [batchSize, , beta, epsilon] = sliders;
    expect(valueWords(batchSize!, 64)).toBe("64");
    expect(valueWords(beta!, -0.5)).toBe("−0.5");
    expect([0, 1e-5, 1e-3, 0.1].map((value) => valueWords(epsilon!, value))).toEqual(["0", "10⁻⁵", "10⁻³", "0.1"]);
  });

  it.each([
    ["7", 7],
    [" 0 ", 0],
    ["4294967295", 2 ** 32 - 1],
    ["4294967296", null],
    ["-1", null],
    ["1.5", null],
    ["", null],
    ["seven", null],
  ])("a seed typed as %j is %j", (text, seed) => {
    expect(seedFrom(text)).toBe(seed);
  });
});

describe("what a check gave, as HTML", () => {
  it("has the verdict, a row for each finding, and a picture with the counts in words", () => {
    const html = checkHtml(checked!, "Theorem 4.1");
    expect(html.match(/<tr>/g)!.length).toBe(checked!.findings.length + 1);
    expect(html).toContain("18 of 18 fail");
    expect(html).toMatch(/<svg[^>]+role="img" aria-label="Third version, 1\/√m: 18 of 18 fail\./);
    expect(html).not.toContain("broken");
    expect(checkHtml(identities!, "Observation 4.3")).not.toContain("<svg");
  });

  it("marks what does not hold", () => {
    const wrong = { ...checked!, holds: false, findings: [{ ...checked!.findings[0]!, worst: 0.5 }] } as typeof checked;
    expect(checkHtml(wrong!, "").match(/broken/g)!.length).toBe(2);
  });

  it("draws as many bars as there are bins with something in them", () => {
    const filled = checked!.rows.flatMap(({ counts }) => counts.filter((count) => count > 0)).length;
    expect(slackSvg(checked!.rows).match(/<rect/g)!.length).toBe(filled);
  });

  it("escapes, and writes powers of ten", () => {
    expect(withPowers("g·ŷ < 0: 1.3e-15, ≤ 1e-10")).toBe("g·ŷ &lt; 0: 1.3\u00a0×\u00a010<sup>−15</sup>, ≤ 10<sup>−10</sup>");
  });

  it("tells equal counts from others", () => {
    const [other] = [...checkAll(checkedInputs({ networks: 3, seed: 2 }), [theorem41])];
    expect(sameCounts([checked!], [structuredClone(checked!)])).toBe(true);
    expect(sameCounts([checked!], [other!])).toBe(false);
    expect(sameCounts([checked!], [])).toBe(false);
  });

  it("every statement has an anchor and words of its own", () => {
    expect(new Set(statements.map(({ id }) => id)).size).toBe(statements.length);
    for (const { says, method, meaning } of statements)
      for (const text of [says, method, meaning]) expect(text.length).toBeGreaterThan(60);
  });
});

describe("Theorem 4.1 during training", () => {
  const snapshot = (theorem: object | null) =>
    ({
      experiments: [
        {
          experiment: { parent: null, title: "Training", plan: { variants: [{ id: "batchnorm-lr0.1", label: "BatchNorm" }] } },
          metrics: {
            variants: [
              { id: "standard-lr0.1", runs: [{ measurements: {} }] },
              { id: "batchnorm-lr0.1", runs: [{ measurements: theorem === null ? {} : { theorem } }, { measurements: {} }] },
            ],
          },
        },
      ],
    }) as unknown as StudySnapshot;

  it("is nothing without a snapshot, or without measurements", () => {
    expect(theoremInTraining(null)).toEqual([]);
    expect(theoremInTraining(snapshot(null))).toEqual([]);
  });

  it("is taken over layers and steps, without what was not finite", () => {
    const both = (name: string, first: (number | null)[], second: (number | null)[]) => ({
      [`${name}.1`]: first,
      [`${name}.12`]: second,
    });
    const columns = {
      ...both("meanShare", [0.1, 0.2], [0.3, null]),
      ...both("dotShare", [0.01, 0.02], [0.03, null]),
      ...both("dotPositive", [1, 0.5], [0.75, 0.75]),
      ...both("scale", [1, 2], [3, 4]),
      ...both("residual", [1e-7, 3e-7], [2e-7, 0]),
    };
    expect(theoremInTraining(snapshot({ step: [0, 50], columns }))).toEqual([
      {
        experiment: "Training",
        variant: "BatchNorm",
        runs: 1,
        measurements: 3,
        meanShare: 0.2,
        dotShare: 0.02,
        dotPositive: 0.75,
        scale: 2.5,
        residual: 3e-7,
      },
    ]);
    expect(foundInTraining(theoremInTraining(snapshot({ step: [0, 50], columns })))).toBe(
      "Together the two terms take away 22% of the first in “Training”, and g·ŷ is positive in 75% of the units.",
    );
    expect([7.9e-34, 0.000177, 0.0451].map(smallShare)).toEqual(["under 0.001%", "0.018%", "4.5%"]);
  });
});

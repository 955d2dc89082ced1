import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Claim, claimSha256 } from "../../../shared/claims/judging/claim.ts";
import { reportedEffect } from "../../../shared/claims/judging/decide.ts";
import { claims } from "../../../shared/claims/index.ts";
import { trainedExperiments } from "../../../shared/experiments/index.ts";
import type { ProfileName } from "../../../shared/protocol/experiment.ts";
import { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { paperEffect } from "./paper-effect.ts";
import { judgedIn, pairsThat, snapshotOf } from "./synthetic.ts";

const own = (profile: ProfileName) => ({ profile, rerun: null });
const judged = (claim: Claim, pairs: ReturnType<typeof pairsThat>, profile: ProfileName = "pilot") =>
  judgedIn(claim, snapshotOf(claim, { pairs, profile }), own(profile))!;

describe("the index", () => {
  test("lists every file of the folder", () => {
    const folder = new URL("../../../shared/claims/", import.meta.url);
    const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && name !== "index.ts");
    expect(files.length).toBe(claims.length);
    expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length);
  });

  test("has C1 to C15 and D1 to D7", () => {
    const ids = claims.map(({ id }) => id.replace(/[a-z]$/, ""));
    const wanted = [...Array.from({ length: 15 }, (_, i) => `C${i + 1}`), ...Array.from({ length: 7 }, (_, i) => `D${i + 1}`)];
    expect([...new Set(ids)].sort()).toEqual(wanted.sort());
  });

  test("a claim's hash depends on what decides and not on words", () => {
    expect(new Set(claims.map(claimSha256)).size).toBe(claims.length);
    const [claim] = claims as [Claim];
    expect(claimSha256({ ...claim, title: "other words", where: "elsewhere", caveat: "but" })).toBe(claimSha256(claim));
    expect(claimSha256({ ...claim, version: 2 })).not.toBe(claimSha256(claim));
    expect(claimSha256({ ...claim, estimand: { ...claim.estimand, scale: "linear" } })).not.toBe(claimSha256(claim));
  });
});

describe.each(claims.map((claim) => [claim.id, claim] as const))("%s", (_, claim) => {
  test("compares arms that the study trains, by what it measures", () => {
    for (const profile of ["pilot", "paper"] as const) {
      for (const arm of "level" in claim.control ? [claim.treatment] : [claim.treatment, claim.control]) {
        const plan = trainedExperiments.find(({ id }) => id === arm.experiment)!.plans[profile];
        const variant = plan.variants.find(
          (one) => one.normalization === arm.normalization && one.learningRate === arm.learningRate,
        );
        expect(variant, `${arm.experiment}: ${arm.normalization} at ${arm.learningRate}`).toBeDefined();
        const { layers = [], quantity } = claim.estimand;
        const measured = {
          "shift-l2": plan.spec.probes?.shift,
          "shift-cosine": plan.spec.probes?.shift,
          "mean-change": plan.spec.probes?.activations,
        };
        if (quantity in measured)
          expect(measured[quantity as keyof typeof measured]?.layers).toEqual(expect.arrayContaining([...layers]));
      }
    }
  });

  test("quotes the paper's effect as its figures have it", () => {
    const read = paperEffect(claim);
    // The standard network's cosine at 1e-7 is 1 throughout: there was no line to digitise.
    const expected = claim.id === "D3" ? -0.95 : read;
    if (expected === null) expect(claim.effect.figure).toBeNull();
    else expect(Math.abs(claim.effect.figure! - expected)).toBeLessThan(0.02 * Math.abs(expected) + 0.0005);
  });

  test("is supported by one made-up snapshot, refuted by another, and undecided by one that is too small", () => {
    const supported = judged(claim, pairsThat(claim, "supports", 15));
    expect([supported.verdict, supported.why]).toEqual(["supported", null]);
    expect(judged(claim, pairsThat(claim, "refutes", 15)).verdict).toBe("refuted");
    const small = judged(claim, pairsThat(claim, "supports", 3));
    expect([small.verdict, small.why, small.n]).toEqual(["undecided", "more-pairs", 3]);
    expect(small.remaining).toBeGreaterThanOrEqual(small.fewest);
    expect(small.fewest).toBeGreaterThanOrEqual(3);
    expect(judged(claim, []).why).toBe("no-pairs");
    expect(() => StudySnapshot.parse(snapshotOf(claim, { pairs: pairsThat(claim, "supports", 1) }))).not.toThrow();
  });

  test("at the paper's size, an effect of a fifth of the reported one is weaker than reported", () => {
    const reported = reportedEffect(claim);
    const verdict = judged(claim, pairsThat(claim, "supports", 15, { share: 0.2, profile: "paper" }), "paper").verdict;
    const canBeWeaker = claim.rule.kind === "directional" && reported !== null && reported !== 0;
    expect(verdict).toBe(canBeWeaker ? "weaker-than-reported" : "supported");
    if (canBeWeaker)
      expect(judged(claim, pairsThat(claim, "supports", 15, { profile: "paper" }), "paper").verdict).toBe("supported");
  });
});

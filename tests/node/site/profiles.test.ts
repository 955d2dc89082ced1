import { expect, test } from "vitest";
import { readPaper } from "../../../shared/paper/paper.ts";
import { atProfile, differsByProfile, profilesOf, usualProfile } from "../../../site/src/data/profiles.ts";
import { studyExperiment } from "../../../site/src/data/study.ts";
import { experimentsIn, figure } from "../../../site/src/figures/index.ts";
import { namedFigures } from "../../../site/src/figures/listing.ts";
import { profileWords, sizeName } from "../../../site/src/report/profile-words.ts";
import { paperTexts } from "../paper/curves.ts";
import { syntheticSnapshot } from "./synthetic-snapshot.ts";

const paper = readPaper(paperTexts);
const pilot = syntheticSnapshot({ seeds: 1, share: 0.1 });
const full = syntheticSnapshot({ seeds: 1, share: 0.01, only: ["training"], profile: "paper" });
const both = { ...pilot, experiments: [...pilot.experiments, ...full.experiments] };

test("with one profile every figure shows that one, as if there were no other", () => {
  expect(usualProfile(pilot)).toBe("pilot");
  expect(usualProfile(full)).toBe("paper");
  expect(profilesOf(pilot, experimentsIn(figure("fig1a", pilot, paper)))).toEqual(["pilot"]);
  expect(figure("fig1a", full, paper).caption).toContain("15,000 steps");
  expect(namedFigures(null, paper).map(({ name }) => name)).not.toContain("fig1a.pilot");
});

test("with two a figure shows either, and never curves of both", () => {
  const [small, large] = [figure("fig1a", both, paper, "pilot"), figure("fig1a", both, paper, "paper")];
  expect(profilesOf(both, experimentsIn(small))).toEqual(["pilot", "paper"]);
  expect(profilesOf(both, experimentsIn(large))).toEqual(["pilot", "paper"]);
  expect([small, large].map(({ caption }) => /[\d,]+ steps of plain SGD/.exec(caption)?.[0])).toEqual([
    "1,000 steps of plain SGD",
    "15,000 steps of plain SGD",
  ]);
  expect(large.caption).not.toContain("Pilot size");
  expect(figure("fig1a", both, paper).caption).toBe(figure("fig1a", both, paper, usualProfile(both)).caption);
  // Noise was trained as a pilot only: at the paper's size it has no curve yet, rather than the pilot's.
  const noise = figure("fig2", both, paper, "paper").rows.filter(({ source }) => source === "this study");
  expect(noise.some(({ variant }) => variant.startsWith("batch"))).toBe(true);
  expect(noise.some(({ variant }) => variant.startsWith("noise"))).toBe(false);
});

test("a network that has one size stays, whichever is wanted, and offers no choice", () => {
  const fig8 = figure("fig8", both, paper, "paper");
  expect(fig8.hasResults).toBe(true);
  expect(differsByProfile(experimentsIn(fig8))).toBe(false);
  expect(differsByProfile(experimentsIn(figure("fig3", both, paper)))).toBe(true);
});

test("each figure that has runs of two profiles has files of both, and others have no more than before", () => {
  const names = namedFigures(both, paper).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["fig1a", "fig1a.pilot", "fig1a.paper", "fig8"]));
  expect(names).not.toContain("fig8.paper");
});

test("profiles are told apart in words, and reruns are of neither", () => {
  expect([sizeName("pilot"), sizeName("paper")]).toEqual(["Pilot: 1/8 of the channels, 1,000 steps", "The paper’s: all channels, 15,000 steps"]); // prettier-ignore
  expect(profileWords(both).other).toMatch(/at the pilot’s size, [\d,]+ steps at the paper’s/);
  const rerun = { ...pilot.experiments[0]!, experiment: { ...pilot.experiments[0]!.experiment, id: "rerun-1" } };
  expect(atProfile({ ...pilot, experiments: [rerun] }, "paper")?.experiments).toContain(rerun);
  expect(studyExperiment(atProfile(null, "paper")).metrics.progress.steps).toBe(0);
});

import { training } from "../../../shared/experiments/training.ts";
import type { ProfileName } from "../../../shared/protocol/experiment.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { trainedExperiments } from "../../../shared/experiments/index.ts";
import { experimentsOf, profileOf, usualProfile } from "../data/profiles.ts";
import { plural, share, steps } from "../words.ts";

const NAMES: Readonly<Record<ProfileName, string>> = { pilot: "Pilot", paper: "The paper’s" };

/** "Pilot: 1/8 of the channels, 1,000 steps" */
export function sizeName(profile: ProfileName): string {
  const { network, steps: length } = training.plans[profile].spec;
  const width = network.family === "vgg" && network.width !== 1 ? `${share(network.width)} of the channels` : "all channels";
  return `${NAMES[profile]}: ${width}, ${steps(length)}`;
}

/** Which profile the pages show, and whether there is anything of the other. */
export function profileWords(snapshot: StudySnapshot | null): { readonly shown: string; readonly other: string } {
  const stepsOf = (profile: ProfileName) =>
    trainedExperiments
      .flatMap((question) => experimentsOf(snapshot, question))
      .filter(({ experiment }) => profileOf(experiment.id) === profile)
      .reduce((sum, { metrics }) => sum + metrics.progress.steps, 0);
  const [pilot, paper] = [stepsOf("pilot"), stepsOf("paper")];
  if (paper === 0) return { shown: "Pilot profile.", other: "At the paper’s own size no step has been accepted yet." };
  if (pilot === 0) return { shown: "Paper profile.", other: "" };
  const both = `${plural(pilot, "step")} were trained at the pilot’s size, ${plural(paper, "step")} at the paper’s; figures begin with the one that has more, and show either.`;
  return { shown: usualProfile(snapshot) === "paper" ? "Paper profile." : "Pilot profile.", other: both };
}

import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { trainedExperiments } from "../../../shared/experiments/index.ts";
import { experimentHeader } from "../../../shared/experiments/experiment.ts";
import { plural } from "../words.ts";

/** Which profile the pages show, and whether there is anything of the other. Each experiment is shown at the one of which more was trained. */
export function profileWords(snapshot: StudySnapshot | null): { readonly shown: string; readonly other: string } {
  const stepsOf = (profile: "pilot" | "paper") => {
    const ids = trainedExperiments.map((one) => experimentHeader(one, profile).id);
    const own = snapshot?.experiments.filter(({ experiment }) => ids.includes(experiment.id)) ?? [];
    return own.reduce((sum, { metrics }) => sum + metrics.progress.steps, 0);
  };
  const [pilot, paper] = [stepsOf("pilot"), stepsOf("paper")];
  if (paper === 0) return { shown: "Pilot profile.", other: "At the paper’s own size no step has been accepted yet." };
  if (pilot === 0) return { shown: "Paper profile.", other: "" };
  const both = `${plural(pilot, "step")} were trained at the pilot’s size, ${plural(paper, "step")} at the paper’s; each experiment is shown at the one with more.`;
  return { shown: paper > pilot ? "Paper profile." : "Pilot profile.", other: both };
}

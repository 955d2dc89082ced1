import { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { origin } from "./reader.ts";

/** The study's first experiment, by its id: it trains on images. */
export async function firstExperiment(): Promise<string> {
  const snapshot = StudySnapshot.parse(await (await fetch(`${origin}/api/snapshot`)).json());
  return snapshot.experiments[0]!.experiment.id;
}

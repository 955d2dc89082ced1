import { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { origin } from "./reader.ts";

/** The study's first experiment of a kind, by its id: those on CIFAR-10 train on images, the deep linear network fetches none. */
export async function firstExperiment(dataset: "cifar-10" | "linear-map" = "cifar-10"): Promise<string> {
  const { experiments } = StudySnapshot.parse(await (await fetch(`${origin}/api/snapshot`)).json());
  return experiments.find(({ experiment: { plan } }) => plan.spec.dataset === dataset)!.experiment.id;
}

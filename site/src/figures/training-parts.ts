import { testAccuracy, trainAccuracy, trainLoss } from "../../../shared/metrics/training.ts";
import type { Paper } from "../../../shared/paper/paper.ts";
import type { Arm } from "./arms.ts";
import type { Columns } from "./chart-style.ts";
import { curvePart } from "./curve-part.ts";
import type { Part } from "./part.ts";
import { seriesOf } from "./series.ts";

const METRICS = {
  "train-accuracy": {
    title: "Training accuracy",
    subtitle: "share of the step’s batch",
    metric: trainAccuracy,
    y: { kind: "linear", format: "percent", domain: [0, 1] },
  },
  "test-accuracy": {
    title: "Test accuracy",
    subtitle: "share of the 10,000 test images",
    metric: testAccuracy,
    y: { kind: "linear", format: "percent", domain: [0, 1] },
  },
  "train-loss": {
    title: "Training loss",
    subtitle: "squared error, summed over samples, log axis",
    metric: trainLoss,
    y: { kind: "log", format: "number" },
  },
} as const;

/** A training curve for each arm. @param figure the paper's, whose curves stand behind */
export function trainingPart(
  id: string,
  arms: readonly Arm[],
  paper: Paper,
  { quantity, figure, columns }: { quantity: keyof typeof METRICS; figure: string; columns: Columns },
): Part {
  const { title, subtitle, metric, y } = METRICS[quantity];
  const series = arms.map((arm) => {
    const { network, normalization, learningRate } = arm;
    return seriesOf(arm, metric, paper.curve({ figure, quantity, network, normalization, learningRate }));
  });
  return curvePart({ title, subtitle, columns, steps: arms[0]?.plan.spec.steps ?? 1, y, series }, { id, quantity: title });
}

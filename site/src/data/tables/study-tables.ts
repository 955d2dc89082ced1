import { columnWords } from "../../../../shared/protocol/column-words.ts";
import { PROBE_NAMES, type ProbeName } from "../../../../shared/protocol/probes.ts";
import type { Provenance } from "../../../../shared/protocol/result.ts";
import type { RunMetrics, StudySnapshot } from "../../../../shared/protocol/snapshot.ts";
import { type Cell, type DataColumn, type DataTable, TableRows } from "./table.ts";

const PROBES: Readonly<Record<ProbeName, string>> = {
  landscape: "Loss and gradient along the step that training takes, and along random directions",
  shift: "How a layer's gradient changes when the layers before it take their step",
  activations: "Distributions of a layer's values",
  theorem: "The terms of Theorem 4.1 during training",
};

/** All data of the study as tables: everything the figures and verdicts are computed from. */
export function studyTables(snapshot: StudySnapshot): readonly DataTable[] {
  const runs = new TableRows();
  const training = new TableRows();
  const evaluation = new TableRows();
  const shards = new TableRows();
  const probes = new Map(PROBE_NAMES.map((name) => [name, new TableRows()]));
  for (const { experiment, metrics, audits } of snapshot.experiments) {
    const auditOf = new Map(audits?.map(({ shard, audit }) => [shard, audit]));
    for (const variant of metrics.variants) {
      const plan = experiment.plan.variants.find(({ id }) => id === variant.id);
      for (const run of variant.runs.filter(({ trainedSteps }) => trainedSteps > 0)) {
        const key = [
          [text("experiment", "Its id ends in a hash of its plan"), experiment.id],
          [text("variant", "Which network of the experiment, and its learning rate"), variant.id],
          [whole("seed", "Seeds with one number share initial weights and batches across variants"), run.seed],
        ] as const;
        runs.add([
          ...key,
          [text("normalization", "What stands after each layer"), plan?.normalization ?? null],
          [number("learningRate", "Of plain SGD, without momentum"), plan?.learningRate ?? null],
          [whole("trainedSteps", "Steps trained so far"), run.trainedSteps],
          [text("state", "waiting, training, finished or diverged"), run.state],
          [whole("divergedAt", "First step whose loss was not finite"), run.divergedAt],
        ]);
        addSeries(training, key, run.training, "of the step's batch, before its update");
        addSeries(evaluation, key, run.evaluation, "of the whole test set after so many steps, with running statistics");
        for (const probe of PROBE_NAMES) addMeasurement(probes.get(probe)!, key, probe, run);
        for (const origin of run.provenance) {
          const audit = auditOf.get(origin.shard) ?? null;
          shards.add([...key, ...provenanceCells(origin), [text("audit", AUDIT), audit]]);
        }
      }
    }
  }
  return [
    runs.table("runs", "One row for each run: a variant with a seed"),
    training.table("training", "Loss and accuracy along training"),
    evaluation.table("evaluation", "Loss and accuracy on the test set"),
    ...PROBE_NAMES.map((name) => probes.get(name)!.table(name, PROBES[name])),
    shards.table("shards", "Where each stretch of each run came from"),
  ].filter(({ rows }) => rows.length > 0);
}

const AUDIT =
  "What training one of its intervals again showed: passed, contradicted, could not be verified, or open; nothing where none was drawn, or the data do not tell";

type Key = readonly (readonly [DataColumn, Cell])[];

const STEP: DataColumn = { name: "step", type: "whole", about: "Updates made before the measurement" };

function addSeries(to: TableRows, key: Key, { step, loss, accuracy }: RunMetrics["training"], where: string): void {
  step.forEach((at, i) => {
    to.add([
      ...key,
      [STEP, at],
      [number("loss", `Loss ${where}`), loss[i] ?? null],
      [number("accuracy", `Share classified rightly ${where}; nothing where nothing is classified`), accuracy[i] ?? null],
    ]);
  });
}

function addMeasurement(to: TableRows, key: Key, probe: ProbeName, run: RunMetrics): void {
  const { step, columns } = run.measurements[probe] ?? { step: [], columns: {} };
  const known = Object.entries(columns).map(([name, values]) => {
    const type = name.startsWith("histogram.") ? "numbers" : "number";
    return [{ name, type, about: columnWords(probe, name) } as const, values] as const;
  });
  step.forEach((at, i) => {
    to.add([...key, [STEP, at], ...known.map(([column, values]): readonly [DataColumn, Cell] => [column, values[i] ?? null])]);
  });
}

function provenanceCells({ shard, fromStep, toStep, volunteer, device, ...rest }: Provenance): Key {
  return [
    [text("shard", "Its id"), shard],
    [whole("fromStep", "First step"), fromStep],
    [whole("toStep", "Step before which it ended"), toStep],
    [text("volunteer", "The volunteer's id, which is a hash of its public key; before protocol 3 its alias, or a stand-in"), volunteer],
    [text("provider", "webgpu, wasm or cpu (native)"), device.provider],
    [text("adapter", "GPU or processor, as far as it shows itself"), device.adapter],
    [text("platform", "Browser or Node, and operating system"), device.platform],
    [text("runtime", "ONNX Runtime's build"), device.runtime],
    [number("trainMs", "Time in training steps and probes, ms"), rest.trainMs],
    [number("evaluateMs", "Time in evaluation, ms"), rest.evaluateMs],
    [text("modelSha256", "SHA-256 of the ONNX model it trained with"), rest.modelSha256],
    [text("startCheckpoint", "SHA-256 of the weights it began with; nothing at step 0"), rest.startCheckpoint],
    [text("endCheckpoint", "SHA-256 of the weights it ended with; nothing where the run diverged"), rest.endCheckpoint],
    [text("acceptedAt", "When the coordinator accepted it, UTC"), rest.acceptedAt],
  ];
}

const text = (name: string, about: string): DataColumn => ({ name, type: "text", about });
const whole = (name: string, about: string): DataColumn => ({ name, type: "whole", about });
const number = (name: string, about: string): DataColumn => ({ name, type: "number", about });

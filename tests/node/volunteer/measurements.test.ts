import { describe, expect, it } from "vitest";
import { nodeRuntime } from "../../../scripts/volunteer/ort-node.ts";
import { initialState } from "../../../shared/nn/training.ts";
import type { Lease } from "../../../shared/protocol/lease.ts";
import { measurementColumns, type Measurements } from "../../../shared/protocol/measurements.ts";
import { PROBE_NAMES, type Probes } from "../../../shared/protocol/probes.ts";
import type { TrainingSpec } from "../../../shared/protocol/training-spec.ts";
import { freshHeader, type LocalHeader } from "../../../shared/volunteer/local-checkpoint.ts";
import { Programs } from "../../../shared/volunteer/programs.ts";
import { type Between, ShardRun } from "../../../shared/volunteer/shard-run.ts";
import { needsImages, trainingData } from "../../../shared/volunteer/training-data.ts";
import type { State } from "../../../shared/nn/checkpoint.ts";
import type { Phase } from "../../../shared/volunteer/view.ts";
import { fastClock, fewImages, tinySpec } from "./fixtures.ts";

const probes: Probes = {
  landscape: { every: 4, along: [0.5, 1, 2], random: [1] },
  shift: { every: 4, layers: [3, 5] },
  activations: { every: 6, layers: [2, 8], bins: 10 },
  theorem: { every: 6 },
};
const vgg: TrainingSpec = { ...tinySpec, probes };
const deepLinear: TrainingSpec = {
  dataset: "linear-map",
  network: { family: "deep-linear", layers: 5, units: 4 },
  normalization: "batch",
  learningRate: 1e-4,
  weightDecay: 0,
  batchSize: 32,
  steps: 12,
  seed: 7,
  recordEvery: 2,
  evaluateEvery: null,
  probes: { ...probes, shift: { every: 4, layers: [2, 4] }, activations: { every: 6, layers: [1, 4], bins: 10 } },
};

const leaseOf = (spec: TrainingSpec): Lease => ({
  id: "tiny.0",
  deadline: new Date().toISOString(),
  heartbeatSeconds: 25,
  experiment: { id: "tiny", title: "Tiny", question: "?" },
  variant: { id: spec.normalization, label: spec.normalization },
  shard: { id: "tiny.k0", index: 0, of: 1, fromStep: 0, toStep: spec.steps },
  spec,
  startCheckpoint: null,
  modelSha256: "",
});

interface Trained {
  readonly header: LocalHeader;
  readonly state: State;
  readonly phases: readonly Phase[];
}

/** Whole, undisturbed runs: each is trained once, and serves every test that asks for it. */
const wholeRuns = new Map<string, Promise<Trained>>();
function whole(spec: TrainingSpec): Promise<Trained> {
  const key = JSON.stringify(spec);
  const trained = wholeRuns.get(key) ?? train(spec);
  wholeRuns.set(key, trained);
  return trained;
}

/** Compiles a network and its probes once; every training opens a trainer of its own, which it closes. */
const programs = new Programs();

/** Trains a whole run and gives its last header and state; `between` may throw to leave it. */
async function train(
  spec: TrainingSpec,
  between?: (run: ShardRun, state: () => Promise<State>) => Between,
  from?: { header: LocalHeader; state: State },
): Promise<Trained> {
  programs.forget();
  const trainer = await programs.open(nodeRuntime(1), spec);
  trainer.load(from?.state ?? initialState(spec));
  const lease = leaseOf(spec);
  const data = trainingData(spec, needsImages(spec) ? fewImages() : null);
  const run = new ShardRun(lease, from?.header ?? freshHeader(lease), trainer, data, fastClock());
  const phases: Phase[] = [];
  try {
    await run.train(between?.(run, () => trainer.state()) ?? (() => Promise.resolve()), (phase) => void phases.push(phase));
    return { header: await run.header(), state: await trainer.state(), phases };
  } finally {
    await trainer.close();
  }
}

const column = (measurements: Measurements, probe: (typeof PROBE_NAMES)[number], name: string) =>
  measurements[probe]!.columns[name] as number[];

const everyKind: readonly [string, TrainingSpec][] = [
  ["VGG", vgg],
  ["VGG with noisy BatchNorm", { ...vgg, normalization: "noisy-batch" }],
  ["VGG without normalization", { ...vgg, normalization: "none" }],
  ["the deep linear network", deepLinear],
];

describe.each(everyKind)("measuring %s on the way", (_name, spec) => {
  const { probes: _probes, ...silent } = spec;

  it("changes not a bit of what is trained", async () => {
    const [measured, plain] = [await whole(spec), await train(silent)];
    expect(measured.state).toEqual(plain.state);
    expect(measured.header.training).toEqual(plain.header.training);
    expect(plain.header.measurements).toEqual({});
  });

  it("gives the columns that the spec asks for, in the steps that are due", async () => {
    const { header, phases } = await whole(spec);
    const wanted = measurementColumns(spec);
    for (const name of PROBE_NAMES) {
      const measurement = header.measurements[name];
      expect(Object.keys(measurement?.columns ?? {}).sort()).toEqual([...(wanted[name] ?? [])].sort());
      if (!measurement) continue;
      const every = spec.probes![name]!.every;
      expect(measurement.step).toEqual(every === 4 ? [0, 4, 8] : [0, 6]);
      for (const values of Object.values(measurement.columns)) expect(values).toHaveLength(measurement.step.length);
    }
    expect(phases.filter(({ kind }) => kind === "measuring").length).toBeGreaterThan(3);
  });

  it("goes on after a reload in the middle of a measurement with the same rows and weights", async () => {
    const undisturbed = await whole(spec);
    let passes = 0;
    let kept: { header: LocalHeader; state: State } | undefined;
    await expect(
      train(spec, (run, state) => async () => {
        if (++passes < 14) return;
        kept = { header: await run.header(), state: await state() };
        throw new Error("the page was closed");
      }),
    ).rejects.toThrow("the page was closed");
    expect(kept!.header.step).toBeGreaterThan(0);
    const resumed = await train(spec, undefined, kept);
    expect(resumed.state).toEqual(undisturbed.state);
    expect(resumed.header.measurements).toEqual(undisturbed.header.measurements);
  });

  it("survives a save between two passes: the same rows", async () => {
    const undisturbed = await whole(spec);
    const saving = await train(spec, (run, state) => async () => {
      await run.header();
      await state();
    });
    expect(saving.header.measurements).toEqual(undisturbed.header.measurements);
    expect(saving.state).toEqual(undisturbed.state);
  });
});

describe("what is measured", () => {
  it("is consistent: the step of training is a point of the landscape, and sums of norms are at least the norm", async () => {
    const spec = {
      ...vgg,
      weightDecay: 0,
      recordEvery: 1,
      probes: { ...probes, landscape: { every: 1, along: [1], random: [1] } },
    };
    const { header } = await train({ ...spec, steps: 3 });
    const { measurements, training } = header;
    column(measurements, "landscape", "loss").forEach((loss, i) => expect(loss).toBeCloseTo(training.loss[i]!, 4));
    for (const [name, most] of [
      ["norm", "normSum"],
      ["difference@1", "differenceSum@1"],
    ] as const) {
      const sums = column(measurements, "landscape", most);
      column(measurements, "landscape", name).forEach((norm, i) => expect(sums[i]).toBeGreaterThanOrEqual(norm));
    }
    expect(column(measurements, "landscape", "penalty")).toEqual([0, 0, 0]);
  });

  it("the cosine, the norms and the distance of G and G' agree with each other", async () => {
    const { header } = await whole(vgg);
    for (const layer of [3, 5]) {
      const [l2, cosine, norm, after] = ["l2", "cosine", "norm", "normAfter"].map((name) =>
        column(header.measurements, "shift", `${name}.${layer}`),
      );
      l2!.forEach((distance, i) => {
        const law = norm![i]! ** 2 + after![i]! ** 2 - 2 * cosine![i]! * norm![i]! * after![i]!;
        expect(distance ** 2 / law).toBeCloseTo(1, 3);
      });
    }
  });

  it("Theorem 4.1 holds in training, to the size of epsilon", async () => {
    for (const spec of [vgg, deepLinear]) {
      const { header } = await whole(spec);
      for (const [name, values] of Object.entries(header.measurements.theorem!.columns)) {
        if (name.startsWith("residual")) for (const residual of values) expect(residual).toBeLessThan(2e-3);
        if (name.startsWith("meanShare")) for (const share of values) expect(share).toBeLessThanOrEqual(1);
      }
    }
  });

  it("histograms count every value of the example channel", async () => {
    const { header } = await whole(vgg);
    const rows = header.measurements.activations!.columns["histogram.2"] as number[][];
    for (const [low, high, ...counts] of rows) {
      expect(low).toBeLessThan(high!);
      expect(counts).toHaveLength(10);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(8 * 16 * 16);
    }
  });

  it("BatchNorm's activations have mean 0 and variance 1 at the first step, and noise moves them", async () => {
    const [calm, noisy] = [await whole(vgg), await whole({ ...vgg, normalization: "noisy-batch" })];
    expect(column(calm.header.measurements, "activations", "mean.2")[0]).toBeCloseTo(0, 4);
    expect(column(calm.header.measurements, "activations", "variance.2")[0]).toBeCloseTo(1, 2);
    const move = ({ header }: typeof calm) => column(header.measurements, "activations", "meanMove.2")[0]!;
    expect(move(noisy)).toBeGreaterThan(5 * move(calm));
  });
});

describe("the deep linear network's data", () => {
  it("are the same for both arms of a seed, and A's entries have variance 1/3", () => {
    const spec = { ...deepLinear, network: { family: "deep-linear", layers: 2, units: 60 }, batchSize: 500 } as TrainingSpec;
    const { inputs, targets } = trainingData(spec, null).train(0);
    expect(trainingData({ ...spec, normalization: "none" }, null).train(9)).toEqual({ inputs, targets });
    const square = (values: ArrayLike<number>) => Array.from(values).reduce((sum, x) => sum + x * x, 0) / values.length;
    expect(square(inputs!)).toBeCloseTo(1, 1);
    expect(square(targets!) / 60).toBeCloseTo(1 / 3, 1);
  });
});

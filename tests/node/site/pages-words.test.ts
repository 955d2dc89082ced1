import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { experimentHeader, trainingSpec } from "../../../shared/experiments/experiment.ts";
import { trainedExperiments } from "../../../shared/experiments/index.ts";
import { training } from "../../../shared/experiments/training.ts";
import { measurementColumns } from "../../../shared/protocol/measurements.ts";
import { PROBE_NAMES } from "../../../shared/protocol/probes.ts";
import { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { addressOf, curlOf, exampleOf, type OpenApi, operations } from "../../../site/src/api/operations.ts";
import { columnWords } from "../../../site/src/data/column-words.ts";
import { withoutResults } from "../../../site/src/data/without-results.ts";
import { auditTable } from "../../../site/src/devices/audit-table.ts";
import { deviceTable } from "../../../site/src/devices/device-table.ts";
import { driftMeasured, driftTable } from "../../../site/src/devices/drift-table.ts";
import { costWords, rerunCost } from "../../../site/src/rerun/rerun-cost.ts";
import { parseSeeds, rerunRequest } from "../../../site/src/rerun/rerun-request.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

/** A column's family: "loss@0.25" is "loss@m", "l2.10" is "l2.k". */
const columnFamily = (column: string): string => column.replace(/@[\d.e+-]+$/, "@m").replace(/\.\d+$/, ".k");

test("every column that any run of the study measures is explained, and nothing else is", () => {
  const measured = trainedExperiments.flatMap(({ plans }) =>
    Object.values(plans).flatMap((plan) =>
      plan.variants.map((variant) => measurementColumns(trainingSpec(plan, variant, plan.seeds[0]!))),
    ),
  );
  for (const probe of PROBE_NAMES) {
    const families = new Set(measured.flatMap((columns) => (columns[probe] ?? []).map(columnFamily)));
    expect(
      columnWords(probe)
        .map(({ column }) => column)
        .sort(),
    ).toEqual([...families].sort());
  }
});

describe("the table of devices", () => {
  const snapshot = StudySnapshot.parse(JSON.parse(read("site/src/data/snapshot.json")));
  const table = deviceTable(snapshot);

  test("has every accepted shard once, with speeds that follow from its milliseconds", () => {
    const shards = snapshot.experiments.flatMap(({ metrics }) =>
      metrics.variants.flatMap(({ runs }) => runs.flatMap(({ provenance }) => provenance)),
    );
    const at = table.columns.indexOf("Shards");
    expect(table.rows.reduce((sum, row) => sum + Number(row[at]!.replace(",", "")), 0)).toBe(shards.length);
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
    expect(deviceTable(null).rows).toEqual([]);
  });

  test("counts audited shards at the device and variant that trained them; a snapshot from before they were published has none", () => {
    const audited = (of: StudySnapshot) => {
      const { columns, rows } = deviceTable(of);
      return rows.reduce((sum, row) => sum + Number(row[columns.indexOf("Audited")]), 0);
    };
    expect(audited(snapshot)).toBe(0);
    const trained = snapshot.experiments.findIndex(({ metrics }) => metrics.progress.shards > 0);
    const { id, runs } = snapshot.experiments[trained]!.metrics.variants.find(({ runs }) =>
      runs.some((run) => run.provenance.length),
    )!;
    const { device } = runs.flatMap(({ provenance }) => provenance)[0]!;
    const other = { ...device, threads: device.threads + 1 };
    const pairs = [{ of: device, by: other, steps: 5, agreed: 3, distances: [0, 2e-7, 5e-8] }];
    const of = { shards: [{ device, variant: id, passed: 2 }], pairs };
    const experiments = snapshot.experiments.map((one, i) => (i === trained ? { ...one, audited: of } : one));
    const known = StudySnapshot.parse({ ...snapshot, experiments });
    expect(audited(known)).toBe(2);
    expect(auditTable(snapshot).rows).toEqual([]);
    expect(auditTable(known).rows.map((row) => row.slice(3))).toEqual([["5", "3", "1 of 3", "5.0e-8", "2.0e-7"]]);
  });
});

test("the drift table is the one of docs/drift.md", () => {
  const drift = driftTable(read("docs/drift.md"));
  expect(drift.rows.length).toBeGreaterThan(8);
  for (const row of drift.rows) expect(row).toHaveLength(drift.columns.length);
  expect(drift.rows.map(([name]) => name)).toEqual(expect.arrayContaining(["none", "BatchNorm", "L∞ norm", "layer"]));
  expect(driftMeasured(read("docs/drift.md"))).toMatch(/^Measured on \d{4}/);
});

describe("a rerun's form", () => {
  const header = experimentHeader(training, "pilot");
  const empty = {
    experiment: header.id,
    seeds: "",
    learningRate: "",
    batchSize: "",
    steps: "",
    reason: "",
    variants: [],
    allVariants: 2,
  };

  test("asks for what is filled in, and leaves the rest as it is", () => {
    expect(rerunRequest(empty).request).toEqual({ experiment: header.id, overrides: {} });
    const filled = {
      ...empty,
      seeds: "11, 21–23",
      learningRate: "0.05",
      steps: "400",
      variants: ["batchnorm-lr0.1"],
      reason: " Why? ",
    };
    expect(rerunRequest(filled).request).toEqual({
      experiment: header.id,
      variants: ["batchnorm-lr0.1"],
      seeds: [11, 21, 22, 23],
      overrides: { learningRate: 0.05, steps: 400 },
      reason: "Why?",
    });
  });

  test.each(["1,1", "5-3", "-1", "1.5", "1-200", "4294967296", "a"])("seeds that are none are refused: %s", (seeds) => {
    expect(parseSeeds(seeds)).toBeNull();
    expect(rerunRequest({ ...empty, seeds }).faults?.join()).toContain(`got “${seeds}”`);
  });

  test("numbers that cannot be are named", () => {
    const { faults } = rerunRequest({ ...empty, learningRate: "fast", batchSize: "1.5", steps: "0" });
    expect(faults?.map((fault) => fault.split(":")[0])).toEqual(["Learning rate", "Batch size", "Steps"]);
  });

  test("costs runs x steps, at the speed of the parent's shards", () => {
    const parent = withoutResults(header);
    const runs = header.plan.variants.length * header.plan.seeds.length;
    expect(rerunCost({ experiment: header.id, overrides: {} }, parent)).toMatchObject({
      runs,
      steps: runs * 1000,
      computeMs: null,
    });
    const trained = {
      ...parent,
      metrics: { ...parent.metrics, progress: { ...parent.metrics.progress, steps: 10, trainMs: 1500 } },
    };
    const cost = rerunCost(
      { experiment: header.id, seeds: [1], variants: ["batchnorm-lr0.1"], overrides: { steps: 100, batchSize: 256 } },
      trained,
    );
    expect(cost).toEqual({ runs: 1, steps: 100, images: 25_600, computeMs: 30_000 });
    expect(costWords(cost)).toContain("about 30\u00a0s of computing");
  });
});

describe("the page of the API", () => {
  const document: OpenApi = {
    info: { title: "Study", version: "3.0.0" },
    components: { schemas: { Name: { type: "string" } } },
    paths: {
      "/api/leases/{id}/result": {
        post: {
          operationId: "handIn",
          parameters: [{ name: "id", in: "path", required: true }],
          security: [{ rerunToken: [] }],
          requestBody: {
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  required: ["name", "seeds", "rate"],
                  properties: {
                    name: { $ref: "#/components/schemas/Name" },
                    seeds: { type: "array", minItems: 1, items: { type: "integer", minimum: 3 } },
                    rate: { anyOf: [{ type: "number", exclusiveMinimum: 0 }, { type: "null" }] },
                    reason: { type: "string" },
                  },
                },
              },
            },
          },
        },
      },
      "/api/things": { get: { parameters: [{ name: "after", in: "query" }] } },
    },
  };
  const [handIn, things] = operations(document);

  test("gives a command with the smallest body that the schema allows", () => {
    expect(exampleOf(handIn!.body!.schema!, document)).toEqual({ name: "text", seeds: [3], rate: 1 });
    const command = curlOf(handIn!, "https://study.example", {}, document);
    expect(command).toContain('curl -X POST "https://study.example/api/leases/$ID/result"');
    expect(command).toContain("Authorization: Bearer $RERUN_TOKEN");
  });

  test("fills in parameters and leaves empty ones out", () => {
    expect(addressOf(things!, { after: "" })).toBe("/api/things");
    expect(addressOf(things!, { after: "a b" })).toBe("/api/things?after=a+b");
    expect(addressOf(handIn!, { id: "x/y" })).toBe("/api/leases/x%2Fy/result");
  });
});

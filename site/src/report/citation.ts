import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { sha256Hex } from "../../../shared/math/sha256.ts";

/** What names one state of the study's data for good. */
export interface DataVersion {
  /** First 12 digits of the SHA-256 over every experiment's id and the SHA-256 of its merged metrics. */
  readonly id: string;
  /** Day of the snapshot, for example 2026-11-22. */
  readonly date: string;
}

export function dataVersion({ takenAt, experiments }: StudySnapshot): DataVersion {
  const parts = experiments.map(({ experiment, metricsSha256 }) => `${experiment.id} ${metricsSha256}\n`).sort();
  return { id: sha256Hex(parts.join("")).slice(0, 12), date: takenAt.slice(0, 10) };
}

const TITLE = "BatchNorm@home: a living reproduction of How Does Batch Normalization Help Optimization?";

/** DataCite's fields, as a registrar of DOIs asks for them (schema 4.6); the DOI itself is the registrar's to give. */
export function dataCite(snapshot: StudySnapshot): object {
  const { id, date } = dataVersion(snapshot);
  return {
    schemaVersion: "http://datacite.org/schema/kernel-4",
    types: { resourceTypeGeneral: "Dataset", resourceType: "Training runs and measurements" },
    titles: [{ title: TITLE }],
    creators: [{ name: "The BatchNorm@home contributors", nameType: "Organizational" }],
    publisher: { name: "BatchNorm@home" },
    publicationYear: Number(date.slice(0, 4)),
    dates: [{ date, dateType: "Collected" }],
    version: id,
    rightsList: [{ rightsIdentifier: "MIT", rightsIdentifierScheme: "SPDX" }],
    formats: ["application/json", "text/csv", "application/vnd.apache.parquet"],
    relatedIdentifiers: [
      { relatedIdentifier: "arXiv:1805.11604", relatedIdentifierType: "arXiv", relationType: "IsDerivedFrom" },
    ],
    identifiers: snapshot.experiments.map(({ experiment, metricsSha256 }) => ({
      identifier: `${experiment.id}: metrics SHA-256 ${metricsSha256}`,
      identifierType: "Local",
    })),
  };
}

/** Parameters in paths and headers, as the OpenAPI document describes them. */
export const leaseParameter = { name: "id", in: "path", description: "the lease's id" } as const;
export const experimentParameter = { name: "experiment", in: "path", description: "an experiment's or a rerun's id" } as const;
export const checkpointParameter = {
  name: "sha256",
  in: "path",
  description: "SHA-256 of the bytes, lower-case hexadecimal",
} as const;

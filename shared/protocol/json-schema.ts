import { z } from "zod";
import type { Schema } from "./schema.ts";

/** A schema of this folder as JSON Schema; what that cannot say (a transformed value) may be anything in it. */
export const jsonSchemaOf = (schema: Schema): unknown => z.toJSONSchema(schema, { unrepresentable: "any" });

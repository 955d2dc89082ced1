import fc from "fast-check";

/** As much of JSON Schema as the OpenAPI document uses. */
export interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

/** Longer lists and texts than this find nothing more, and cost time. */
const LONGEST = 12;

/**
 * Values that a schema allows, drawn from the schema itself: an endpoint that is new, or wants something else, is tried without anybody saying so.
 * @param known texts that mean something in the study under test (a lease, an experiment), drawn now and then where a text is wanted
 */
export function valuesOf(schema: JsonSchema, known: readonly string[] = []): fc.Arbitrary<unknown> {
  const inner = (part: JsonSchema) => valuesOf(part, known);
  const choice = schema.anyOf ?? schema.oneOf;
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (choice) return fc.oneof(...choice.map(inner));
  switch (schema.type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer(whole(range(schema)));
    case "number":
      return fc.double({ ...range(schema), noNaN: true, noDefaultInfinity: true });
    case "string":
      return fc.oneof({ weight: 4, arbitrary: texts(schema) }, { weight: 1, arbitrary: fitting(known, schema) });
    case "array": {
      const { minItems: minLength = 0, maxItems = LONGEST, items = {} } = schema;
      return fc.array(inner(items), { minLength, maxLength: Math.max(minLength, Math.min(maxItems, LONGEST)) });
    }
    case "object":
      return objects(schema, known);
    case undefined:
    default:
      return fc.jsonValue();
  }
}

function objects({ properties, required = [], additionalProperties, propertyNames }: JsonSchema, known: readonly string[]) {
  if (properties) {
    const fields = Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, valuesOf(part, known)]));
    return fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
  }
  const values = typeof additionalProperties === "object" ? valuesOf(additionalProperties, known) : fc.jsonValue();
  return fc.dictionary(valuesOf(propertyNames ?? { type: "string", maxLength: LONGEST }, []) as fc.Arbitrary<string>, values, {
    maxKeys: 4,
  });
}

const range = ({ minimum, maximum, exclusiveMinimum }: JsonSchema) => ({
  min: exclusiveMinimum === undefined ? (minimum ?? -1e9) : exclusiveMinimum + Number.EPSILON,
  max: maximum ?? 1e9,
});

const whole = ({ min, max }: { min: number; max: number }) => ({
  min: Math.max(Math.ceil(min), Number.MIN_SAFE_INTEGER),
  max: Math.min(Math.floor(max), Number.MAX_SAFE_INTEGER),
});

const fitting = (known: readonly string[], schema: JsonSchema) => {
  const fit = known.filter((text) => patternsOf(schema).every((pattern) => pattern.test(text)));
  return fit.length > 0 ? fc.constantFrom(...fit) : texts(schema);
};

const patternsOf = ({ pattern, allOf = [] }: JsonSchema): RegExp[] => [
  ...(pattern === undefined ? [] : [new RegExp(pattern, "u")]),
  ...allOf.flatMap(patternsOf),
];

function texts(schema: JsonSchema): fc.Arbitrary<string> {
  const { minLength = 0, maxLength = Infinity, format } = schema;
  if (format === "date-time") return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  const [pattern, ...others] = patternsOf(schema);
  const fits = (text: string) => text.length <= maxLength;
  if (pattern && others.length === 0) return fc.stringMatching(pattern, { size: "small" }).filter(fits);
  const length = { minLength, maxLength: Math.min(maxLength, LONGEST) };
  return fc
    .string({ ...length, unit: "grapheme" })
    .filter((text) => fits(text) && [pattern, ...others].every((one) => one?.test(text) ?? true));
}

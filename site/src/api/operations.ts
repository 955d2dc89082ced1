/** As much of a JSON schema as an example needs. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>>;
}

/** As much of an OpenAPI document as is shown. */
export interface OpenApi {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> };
}

interface OperationObject {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses?: Readonly<Record<string, Content & { readonly description?: string }>>;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly required?: boolean;
}

/** An endpoint as the page shows it. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly tag: string;
  readonly parameters: readonly Parameter[];
  /** Of the request's body; null where there is none. */
  readonly body: { readonly mediaType: string; readonly schema: JsonSchema | undefined } | null;
  readonly replies: readonly { readonly status: string; readonly description: string; readonly schema: JsonSchema | undefined }[];
  /** Names of what must be shown to be let in: "rerunToken". */
  readonly keys: readonly string[];
}

const METHODS = ["get", "post", "put", "patch", "delete"];

/** Every endpoint of a document, in its order. */
export const operations = ({ paths }: OpenApi): Operation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => operationOf(method, path, operation)),
  );

function operationOf(method: string, path: string, given: OperationObject): Operation {
  const [body] = Object.entries(given.requestBody?.content ?? {});
  return {
    id: given.operationId ?? `${method} ${path}`,
    method: method.toUpperCase(),
    path,
    summary: given.summary ?? "",
    description: given.description ?? "",
    tag: given.tags?.[0] ?? "",
    parameters: given.parameters ?? [],
    body: body ? { mediaType: body[0], schema: body[1].schema } : null,
    replies: Object.entries(given.responses ?? {}).map(([status, { description = "", content = {} }]) => ({
      status,
      description,
      schema: Object.values(content)[0]?.schema,
    })),
    keys: (given.security ?? []).flatMap((one) => Object.keys(one)),
  };
}

/** Reading is free; what takes a lease or asks for a rerun is left to the reader's own terminal. */
export const canBeTried = ({ method, keys, parameters }: Operation): boolean =>
  method === "GET" && keys.length === 0 && parameters.every((parameter) => parameter.in !== "header" || !parameter.required);

/** The address with its parameters filled in; empty query parameters are left out. */
export function addressOf({ path, parameters }: Operation, values: Readonly<Record<string, string>>): string {
  const filled = path.replace(/\{(\w+)\}|:(\w+)/g, (_all, braces?: string, colon?: string) =>
    encodeURIComponent(values[braces ?? colon ?? ""] ?? ""),
  );
  const query = new URLSearchParams(
    parameters.filter((one) => one.in === "query" && values[one.name]).map(({ name }) => [name, values[name]!]),
  );
  return query.size > 0 ? `${filled}?${query}` : filled;
}

/** A command that does it, with an example of the body. */
export function curlOf(
  operation: Operation,
  origin: string,
  values: Readonly<Record<string, string>>,
  document: OpenApi,
): string {
  const { method, keys, body, parameters } = operation;
  const parts = [
    `curl ${method === "GET" ? "" : `-X ${method} `}"${origin}${addressOf(operation, { ...named(operation), ...values }).replaceAll("%24", "$")}"`,
  ];
  if (keys.length > 0) parts.push(`-H "Authorization: Bearer $${keys[0]!.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase()}"`);
  for (const one of parameters) if (one.in === "header" && one.required) parts.push(`-H "${one.name}: …"`);
  if (body) {
    parts.push(`-H "Content-Type: ${body.mediaType}"`);
    if (!/json/.test(body.mediaType)) parts.push("--data-binary @checkpoint.bin");
    else if (body.schema) parts.push(`-d '${JSON.stringify(exampleOf(body.schema, document), null, 2)}'`);
  }
  return parts.join(" \\\n  ");
}

const named = ({ parameters }: Operation) =>
  Object.fromEntries(parameters.filter((one) => one.in === "path").map(({ name }) => [name, `$${name.toUpperCase()}`]));

const DEEPEST = 8;

/** The smallest value that a schema describes: required properties, first choices, least numbers. */
export function exampleOf(schema: JsonSchema, document: OpenApi, depth = 0): unknown {
  if (depth > DEEPEST) return null;
  const inner = (of: JsonSchema) => exampleOf(of, document, depth + 1);
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
    const found = document.components?.schemas?.[name];
    return found ? inner(found) : null;
  }
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  const [choice] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (choice) return inner(choice);
  switch (typeof schema.type === "string" ? schema.type : schema.type?.[0]) {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name]) => schema.required?.includes(name))
          .map(([name, property]) => [name, inner(property)]),
      );
    case "array":
      return schema.items && (schema.minItems ?? 0) > 0 ? [inner(schema.items)] : [];
    case "integer":
    case "number":
      return Math.max(schema.minimum ?? 0, schema.exclusiveMinimum === undefined ? 0 : schema.exclusiveMinimum + 1);
    case "boolean":
      return false;
    case "string":
      return text(schema);
    case undefined:
    default:
      return null;
  }
}

function text({ format, pattern }: JsonSchema): string {
  if (format === "uuid") return "00000000-0000-4000-8000-000000000000";
  if (format === "date-time") return "2026-01-01T00:00:00.000Z";
  if (pattern?.includes("{64}")) return "0".repeat(64);
  return "text";
}

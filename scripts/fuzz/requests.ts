import fc from "fast-check";
import { RestorableLine } from "../../shared/protocol/bundle.ts";
import { jsonSchemaOf } from "../../shared/protocol/json-schema.ts";
import { SocketQuestion } from "../../shared/protocol/socket.ts";
import { bodiesOf } from "./spoil.ts";
import { type JsonSchema, valuesOf } from "./values-of.ts";

/** An endpoint as the OpenAPI document describes it. */
export interface Operation {
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly bearer: string | null;
  /** Media type and schema of the body; null: it takes none. */
  readonly body: { readonly type: string; readonly schema: JsonSchema } | null;
  /** Statuses that it may answer. */
  readonly statuses: readonly number[];
}

interface Described {
  readonly parameters?: Operation["parameters"];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
}

export function operationsOf(document: { readonly paths: Readonly<Record<string, Record<string, Described>>> }): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses, security }]) => {
      const [body] = Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => ({ type, schema }));
      const bearer = Object.keys(security?.[0] ?? {})[0] ?? null;
      return {
        ...{ method: method.toUpperCase(), path, parameters, bearer, body: body ?? null },
        statuses: Object.keys(responses).map(Number),
      };
    }),
  );
}

/** What a request is made of that means something in the study under test. */
export interface Known {
  /** Leases, experiments, checkpoints, volunteers: values of parameters and of texts in bodies. */
  readonly names: readonly string[];
  /** Tokens that open something, and such that open nothing any more. */
  readonly tokens: readonly string[];
}

export interface Attempt {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const TRICKS = [
  ...[
    "nothing",
    "",
    ".",
    "..",
    "%2e%2e",
    "%2F..%2F",
    "%00",
    "%ff%fe",
    "%",
    "*",
    "tiny.%00",
    "tiny..",
    "-",
    "__proto__",
    "constructor",
  ],
  ...[
    "%F0%9F%92%A9",
    "%ED%A0%80",
    "a".repeat(3_000),
    "tiny.00000000-0000-0000-0000-000000000000",
    "0".repeat(64),
    "A".repeat(64),
  ],
];

const JSON_LINES = jsonSchemaOf(RestorableLine) as JsonSchema;

/** Requests to an endpoint: parameters, headers and body each as they should be, or not. */
export function attempts(operation: Operation, { names, tokens }: Known): fc.Arbitrary<Attempt> {
  const values = fc.oneof(fc.constantFrom(...names), fc.constantFrom(...TRICKS), fc.string({ maxLength: 12 }).map(encoded));
  const parameters = fc.array(values, { minLength: operation.parameters.length, maxLength: operation.parameters.length });
  const token = fc.oneof(fc.constantFrom(...tokens), fc.constantFrom("", "x", "a.b", "..", "A".repeat(4_000)));
  const { body } = operation;
  const type = fc.oneof(
    { weight: 8, arbitrary: fc.constant(body?.type ?? "text/plain") },
    {
      weight: 1,
      arbitrary: fc.constantFrom("text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "x"),
    },
  );
  return fc
    .record({ parameters, token, type, body: bodyOf(body, names) })
    .map(({ parameters: given, token: bearer, type: contentType, body: text }): Attempt => {
      const inQuery = new URLSearchParams();
      let path = operation.path;
      operation.parameters.forEach(({ name, in: where }, i) => {
        if (where === "path") path = path.replace(`{${name}}`, given[i]!);
        if (where === "query") inQuery.set(name, given[i]!);
      });
      const own = operation.parameters.flatMap(({ name, in: where }, i) =>
        where === "header" && /^[\x21-\x7e]*$/.test(given[i]!) ? [[name, given[i]!] as const] : [],
      );
      const query = inQuery.size > 0 ? `?${inQuery.toString()}` : "";
      const headers = { ...Object.fromEntries(own), authorization: `Bearer ${bearer}` };
      if (text === null) return { path: `${path}${query}`, headers, body: null };
      const length = String(new TextEncoder().encode(text).length);
      return {
        path: `${path}${query}`,
        headers: { ...headers, "content-type": contentType, "content-length": length },
        body: text,
      };
    });
}

/** Messages to the socket: questions as they should be, and spoiled. */
export const questions = ({ names, tokens }: Known): fc.Arbitrary<string> =>
  bodiesOf(
    valuesOf(jsonSchemaOf(SocketQuestion) as JsonSchema, [...tokens, ...names.map((name) => `/api/leases/${name}/commits`)]),
  );

function bodyOf(body: Operation["body"], names: readonly string[]): fc.Arbitrary<string | null> {
  if (body === null) return fc.constant(null);
  if (body.type === "application/json") return bodiesOf(valuesOf(body.schema, names));
  const lines = fc.array(bodiesOf(valuesOf(JSON_LINES, names)), { maxLength: 3 }).map((all) => all.join("\n"));
  return fc.oneof(lines, fc.string({ unit: "binary" }));
}

const encoded = (text: string) => encodeURIComponent(text.toWellFormed());

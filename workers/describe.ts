import { describeRoute, resolver } from "hono-openapi";
import { Problem } from "../shared/protocol/problem.ts";
import type { Schema } from "../shared/protocol/schema.ts";

/** What the OpenAPI document says about an endpoint, beside its request body (that comes from the check itself). */
export interface Endpoint {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly ["volunteer" | "report" | "reruns" | "operator"];
  /** Successful answers: a schema for JSON, null for an empty body, or a media type. */
  readonly replies: Readonly<Record<number, { readonly description: string; readonly body: Schema | string | null }>>;
  /** Refusals, in a few words each; all have the body of a Problem. */
  readonly refusals?: Readonly<Record<number, string>>;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: "path" | "query" | "header";
    readonly description: string;
  }[];
  /** Which token it takes. */
  readonly bearer?: "rerunToken" | "session" | "operatorToken";
  /** For a body that is not JSON. */
  readonly rawBody?: string;
}

/** Middleware that does nothing but carry an endpoint's description. */
export function describe(endpoint: Endpoint) {
  const { replies, refusals = {}, parameters = [], tags, bearer, rawBody, ...words } = endpoint;
  const success = Object.entries(replies).map(([status, { description, body }]) => [status, { description, ...content(body) }]);
  const failure = Object.entries(refusals).map(([status, description]) => [
    status,
    { description, content: { "application/problem+json": { schema: resolver(Problem) } } },
  ]);
  return describeRoute({
    ...words,
    tags: [...tags],
    responses: Object.fromEntries([...success, ...failure]) as NonNullable<Parameters<typeof describeRoute>[0]["responses"]>,
    parameters: parameters.map((parameter) => ({ ...parameter, required: parameter.in === "path", schema: { type: "string" } })),
    ...(bearer && { security: [{ [bearer]: [] }] }),
    ...(rawBody && { requestBody: { required: true, content: { [rawBody]: { schema: { type: "string", format: "binary" } } } } }),
  });
}

function content(body: Schema | string | null) {
  if (body === null) return {};
  if (typeof body === "string") return { content: { [body]: { schema: { type: "string", format: "binary" } } } };
  return { content: { "application/json": { schema: resolver(body) } } };
}

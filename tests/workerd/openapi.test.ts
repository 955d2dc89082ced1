import { expect, test } from "vitest";
import { app } from "../../workers/index.ts";
import { api } from "./api.ts";

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters?: { name: string; in: string; required: boolean }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
  security?: object[];
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: object };
}

const document = async () => (await api("GET", "/api/openapi.json")).json<Document>();
const operations = async () =>
  Object.entries((await document()).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

test("the document is OpenAPI 3.1 and describes every route, and no other", async () => {
  expect((await document()).openapi).toMatch(/^3\.1\./);
  const described = (await operations()).map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  const routes = app.routes
    .filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/") && path !== "/api/openapi.json")
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  expect(routes.length).toBeGreaterThan(10);
  expect(described.sort()).toEqual([...new Set(routes)].sort());
});

test("every operation has a name of its own, a summary, an answer, and its parameters", async () => {
  const all = await operations();
  expect(new Set(all.map(({ operation }) => operation.operationId)).size).toBe(all.length);
  for (const { path, operation } of all) {
    expect(operation.summary).toMatch(/\w/);
    expect(operation.tags).toHaveLength(1);
    expect(Object.keys(operation.responses).some((status) => /^[12]/.test(status))).toBe(true);
    const inPath = operation.parameters?.filter((parameter) => parameter.in === "path").map(({ name }) => name) ?? [];
    expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  }
});

test("every reference in it leads somewhere", async () => {
  const whole = await document();
  const references = [...JSON.stringify(whole).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference ?? "");
  for (const reference of references) {
    const target = reference
      .replace(/^#\//, "")
      .split("/")
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], whole);
    expect(target, reference).toBeDefined();
  }
});

test("it says what each refusal looks like, and which bodies are wanted", async () => {
  for (const { method, operation } of await operations()) {
    for (const [status, response] of Object.entries(operation.responses)) {
      if (status.startsWith("4") || status.startsWith("5")) {
        expect(response.content?.["application/problem+json"]?.schema).toMatchObject({ required: ["title", "status", "detail"] });
      }
    }
    if (method === "post" && operation.operationId !== "giveBack") {
      const [[kind, body] = [], ...others] = Object.entries(operation.requestBody?.content ?? {});
      expect(others).toEqual([]);
      expect(body?.schema, operation.operationId).toMatchObject({ type: kind === "application/json" ? "object" : "string" });
    }
  }
  const rerun = (await operations()).find(({ operation }) => operation.operationId === "askRerun");
  expect(rerun?.operation.security).toEqual([{ rerunToken: [] }]);
  expect((await document()).components.securitySchemes).toHaveProperty("rerunToken");
});

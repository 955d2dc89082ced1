import { Failure } from "./outcomes.ts";

interface Schema<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } };
}

/** An answer of the coordinator as its schema has it. @throws Failure when it is something else: only a newer page understands it */
export function readAnswer<T>(schema: Schema<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Failure(
    `The coordinator's answer was not understood (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}).`,
    "Reload the page: the coordinator is probably newer than this page.",
  );
}

/** What a schema says about a value: as zod's issues, and as any Standard Schema's. */
export interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A schema's complaints in words: where (`training.loss[12]`), what was got, and what is wanted. */
export function explainIssues(issues: readonly Issue[], input: unknown): { path: string; message: string }[] {
  return issues.slice(0, 50).map((issue) => {
    const keys = (issue.path ?? []).map((key) => (typeof key === "object" ? key.key : key));
    const unknownKeys = /^Unrecognized (keys?: .*)$/.exec(issue.message)?.[1];
    if (unknownKeys) return { path: pathText(keys), message: `got the unknown ${unknownKeys}, want only the keys of the schema` };
    return { path: pathText(keys), message: `got ${shown(valueAt(input, keys))}, ${wanted(issue.message)}` };
  });
}

function pathText(keys: readonly PropertyKey[]): string {
  const text = keys.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return text.replace(/^\./, "") || "body";
}

function valueAt(input: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}

/** A value in at most 60 characters. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** zod's messages begin with what they complain about; the words after it say what is wanted. */
function wanted(message: string): string {
  const text = message.replace(/^Invalid input: /, "").replace(/, received .*$/, "");
  if (text.startsWith("want ")) return text;
  return text
    .replace(/^(?:Too (?:small|big): |Invalid option: )?expected /, "want ")
    .replace(/^Invalid (.*)$/, "want a valid $1");
}

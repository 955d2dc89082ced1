import type { RerunRequest } from "../../../shared/protocol/rerun.ts";

/** What the form for a rerun says. @throws Error naming the field that says something else than numbers */
export function rerunRequest(data: FormData): RerunRequest {
  const text = (name: string) => {
    const value = data.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const numbers = (name: string) =>
    text(name)
      .split(/[\s,]+/)
      .filter(Boolean)
      .map((part) => number(name, part));
  const seeds = numbers("seeds");
  const overrides = Object.fromEntries(
    (["learningRate", "steps", "batchSize", "width"] as const).flatMap((name) =>
      text(name) === "" ? [] : [[name, number(name, text(name))]],
    ),
  );
  return {
    experiment: text("experiment"),
    ...(seeds.length > 0 && { seeds }),
    overrides,
    ...(text("reason") !== "" && { reason: text("reason") }),
  };
}

function number(name: string, text: string): number {
  const [over, under] = text.split("/");
  const value = under === undefined ? Number(text) : Number(over) / Number(under);
  if (!Number.isFinite(value)) throw new Error(`${name}: got ${text}, want a number`);
  return value;
}

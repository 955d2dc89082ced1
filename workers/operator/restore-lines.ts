import { type ExperimentLine, OF_STUDY, RestorableLine, type Row } from "../../shared/protocol/bundle.ts";
import type { LogEntry } from "../../shared/protocol/action-log.ts";
import { type Outcome, done, refuse } from "../problem.ts";
import { hasGateways } from "./experiment-copy.ts";
import { coordinator, study, studyIndex } from "../study.ts";

/** What one object is to take over in one call. */
type Step =
  | { readonly kind: "log"; readonly entries: LogEntry[] }
  | { readonly kind: "study"; readonly json: string }
  | { readonly kind: "experiment"; readonly id: string; readonly json: string }
  | { readonly kind: "rows"; readonly id: string; readonly table: string; readonly rows: Row[] };

/** Lines of a bundle, in its order, put together so that each object is called once for what follows each other. */
export function stepsOf(lines: readonly RestorableLine[]): Step[] {
  const steps: Step[] = [];
  for (const line of lines) {
    const last = steps.at(-1);
    if (line.line === "log") {
      if (last?.kind === "log") last.entries.push(line.entry);
      else steps.push({ kind: "log", entries: [line.entry] });
    } else if (line.line === "row") {
      if (last?.kind === "rows" && last.id === line.of && last.table === line.table) last.rows.push(line.row);
      else steps.push({ kind: "rows", id: line.of, table: line.table, rows: [line.row] });
    } else if (line.line === "study") steps.push({ kind: "study", json: JSON.stringify(line) });
    else steps.push({ kind: "experiment", id: line.header.id, json: JSON.stringify(line satisfies ExperimentLine) });
  }
  return steps;
}

/** Parses the text of lines. @returns the refusal of the first that is none */
export function parseLines(text: string): Outcome<RestorableLine[]> {
  const lines: RestorableLine[] = [];
  for (const [i, one] of text.split("\n").entries()) {
    if (one === "") continue;
    const parsed = RestorableLine.safeParse(json(one));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const detail = `line ${i + 1}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not JSON"}. Nothing of this call was taken.`;
      return refuse(400, { title: "Not lines of a bundle", detail, remedy: "Send what npm run export wrote." });
    }
    lines.push(parsed.data);
  }
  return done(lines);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Has every object take over its part, in order; what was taken by an earlier call is passed over. */
export async function restoreLines(env: Env, lines: readonly RestorableLine[]): Promise<Outcome<null>> {
  // Before anything is taken, and before experiments are opened.
  if (Number(env.GATEWAYS) > 1) return hasGateways(`GATEWAYS: got ${env.GATEWAYS}`);
  await studyIndex(env);
  for (const step of stepsOf(lines)) {
    const restored = await restoreStep(env, step);
    if (!restored.ok) return restored;
  }
  return done(null);
}

async function restoreStep(env: Env, step: Step): Promise<Outcome<null>> {
  switch (step.kind) {
    case "log":
      return study(env).restoreLog(step.entries);
    case "study":
      return study(env).restoreLine(step.json);
    case "experiment":
      return coordinator(env, step.id).restoreLine(step.json);
    case "rows":
      if (step.id === OF_STUDY) return study(env).restoreRows(step.table, JSON.stringify(step.rows));
      return coordinator(env, step.id).restoreRows(step.table, JSON.stringify(step.rows));
  }
}

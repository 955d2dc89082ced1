import { explainIssues } from "../../shared/protocol/explain.ts";
import { QuestionId, SocketQuestion } from "../../shared/protocol/socket.ts";
import { type Outcome, done, refuse, summary } from "../problem.ts";

/** The id of a message that is no question, if it has one: who asked is answered, and does not wait for ever. */
export function questionId(message: string): number | null {
  try {
    return QuestionId.safeParse((JSON.parse(message) as { id?: unknown } | null)?.id).data ?? null;
  } catch {
    return null;
  }
}

/** A message of a socket as the question that it is, or what is wrong with it. */
export function readQuestion(message: string): Outcome<SocketQuestion> {
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    return refuse(400, { title: "Malformed message", detail: "got a text that is no JSON, want a question" });
  }
  const parsed = SocketQuestion.safeParse(value);
  if (parsed.success) return done(parsed.data);
  const errors = explainIssues(parsed.error.issues, value);
  return refuse(400, { title: "Malformed message", detail: `${summary(errors)}. Nothing was stored.`, errors });
}

import { z } from "zod";
import { Problem } from "./problem.ts";
import { Slug } from "./primitives.ts";

/** What may be asked over a socket: the volunteer's JSON endpoints. Checkpoints are bytes and go over HTTP. */
const PATH = /^\/api\/(?:challenge|sessions|me|leases(?:\/[^/?#]+\/(?:heartbeat|commits|part|result|return))?)$/;

/** Whether a path may be asked over a socket; the others go over HTTP. */
export const isForSocket = (path: string): boolean => PATH.test(path);

const Question = z.strictObject({
  id: z.number().int().min(0).describe("of the sender's choice; the answer bears it"),
  method: z.enum(["GET", "POST", "PUT"]),
  path: z.string().max(300).regex(PATH, "want the path of one of the volunteer's endpoints"),
  body: z.unknown().optional(),
  token: z
    .string()
    .max(400)
    .regex(/^[\w.-]*$/, "want the token of a session")
    .optional()
    .describe("of the session"),
});

/** `GET /api/socket`, to the coordinator: a request as HTTP has it. */
export const SocketQuestion = Question.refine(({ method, body }) => method !== "GET" || body === undefined, {
  path: ["body"],
  error: "want none: a GET has no body",
});
export type SocketQuestion = z.infer<typeof SocketQuestion>;

/** The number of a question, also of one that is otherwise none. */
export const QuestionId = Question.shape.id;

/** From the coordinator: the answer to a question, with the status and the body that HTTP has (a Problem from 400 on). */
export const SocketAnswer = z.strictObject({
  id: z.number().int().nullable(),
  status: z.number().int(),
  body: z.unknown().optional(),
});
export type SocketAnswer = z.infer<typeof SocketAnswer>;

/** From the coordinator, to everyone: an experiment's snapshot was published. What else happens stands in the log, for whoever asks. */
export const SocketEvent = z.strictObject({ event: z.literal("published"), experiment: Slug, version: z.number().int() });
export type SocketEvent = z.infer<typeof SocketEvent>;

/** The body of an answer from 400 on. */
export const socketProblem = (body: unknown, status: number): Problem => {
  const parsed = Problem.safeParse(body);
  return parsed.success ? parsed.data : { title: "Error", status, detail: `The coordinator answered ${status}.` };
};

/** Sent now and then so that no box on the way takes the line for dead; the coordinator sleeps on while the platform answers. */
export const PING = "ping";
export const PONG = "pong";

import { LogEntry, LogPage } from "../../../shared/protocol/action-log.ts";
import { OperatorStatus, VoidReply } from "../../../shared/protocol/operator.ts";
import { Problem } from "../../../shared/protocol/problem.ts";
import { Rerun, type RerunRequest } from "../../../shared/protocol/rerun.ts";

/** The coordinator said no, or nobody answered: in words, and with the status where there was one. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number | null;
  constructor(message: string, status: number | null) {
    super(message);
    this.status = status;
  }
}

/** The operator's endpoints, under one token. */
export class OperatorApi {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  status = async (): Promise<OperatorStatus> => OperatorStatus.parse(await this.#json("GET", "/api/operator/status"));

  setPaused = async (paused: boolean, experiment: string | null, reason: string): Promise<LogEntry> => {
    const body = { ...(experiment !== null && { experiment }), reason };
    return LogEntry.parse(await this.#json("POST", `/api/operator/${paused ? "pause" : "resume"}`, body));
  };

  /** @returns how many results no longer count */
  void = async (volunteer: string, reason: string): Promise<number> =>
    VoidReply.parse(await this.#json("POST", "/api/operator/void", { volunteer, reason })).results;

  rerun = async (request: RerunRequest): Promise<Rerun> => Rerun.parse(await this.#json("POST", "/api/reruns", request));

  /** The newest entries of the log, newest first. @param last its last entry's number */
  log = async (last: number, count: number): Promise<LogEntry[]> => {
    const page = LogPage.parse(await this.#json("GET", `/api/log?after=${Math.max(0, last - count)}`));
    return page.entries.toReversed();
  };

  /** Everything that is kept, as JSON lines. */
  export = async (): Promise<Blob> => (await this.#send("GET", "/api/operator/export")).blob();

  #json = async (method: string, path: string, body?: unknown): Promise<unknown> =>
    (await this.#send(method, path, body)).json() as Promise<unknown>;

  #send = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(path, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch(() => {
      throw new Refusal("The coordinator cannot be reached.", null);
    });
    if (response.ok) return response;
    const problem = Problem.safeParse(await response.json().catch(() => null));
    const words = problem.success
      ? [problem.data.detail, problem.data.remedy].filter(Boolean).join(" ")
      : `The coordinator answered ${response.status}.`;
    throw new Refusal(words, response.status);
  };
}

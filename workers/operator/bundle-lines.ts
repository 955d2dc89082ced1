import { type BundleLine, OF_STUDY } from "../../shared/protocol/bundle.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import { coordinator, study, studyIndex } from "../study.ts";
import { home } from "../identity/homes.ts";
import { EXPERIMENT_TABLES, HOME_TABLES } from "./kept-tables.ts";

/** Everything that is kept, line by line; what is in memory at a time is one experiment's line or a page of rows. */
export async function* bundleLines(env: Env, at: string): AsyncGenerator<string> {
  const { own, reruns, replicas = [] } = await studyIndex(env);
  const head: BundleLine = {
    ...{ line: "bundle", format: 1, protocol: PROTOCOL_VERSION, profile: env.PROFILE, deployment: env.VERSION.id, at },
  };
  yield JSON.stringify(head);
  for (let after: number | null = 0; after !== null;) {
    const page: Awaited<ReturnType<ReturnType<typeof study>["logPage"]>> = await study(env).logPage(after);
    for (const entry of page.entries) yield JSON.stringify({ line: "log", entry } satisfies BundleLine);
    after = page.next;
  }
  // Asked first: whoever is still to be handed on to a home is there then.
  const homes = await study(env).homes();
  yield await study(env).exportLine();
  yield* volunteerLines(env, homes);
  for (const id of [...own, ...reruns, ...replicas]) yield* experimentLines(env, id);
}

/** Those who are kept in homes; whoever is kept by the study's object stands in its line. */
async function* volunteerLines(env: Env, homes: number): AsyncGenerator<string> {
  for (let number = 1; number <= homes; number++) {
    for (const table of HOME_TABLES.large) {
      for (let offset: number | null = 0; offset !== null;) {
        const page: { rows: string[]; next: number | null } = await home(env, number).exportRows(table, offset);
        for (const row of page.rows) yield rowLine(OF_STUDY, table, row);
        offset = page.next;
      }
    }
  }
}

/** @param row as JSON */
const rowLine = (of: string, table: string, row: string): string =>
  `{"line":"row","of":${JSON.stringify(of)},"table":${JSON.stringify(table)},"row":${row}}`;

async function* experimentLines(env: Env, id: string): AsyncGenerator<string> {
  const line = await coordinator(env, id).exportLine();
  yield line;
  // Results that come in meanwhile are not in the line's snapshot, and so not in the bundle.
  const { results } = JSON.parse(line) as { results: number };
  for (const table of EXPERIMENT_TABLES.large) {
    const limit = (offset: number) => (table === "results" ? results - offset : null);
    for (let offset: number | null = 0; offset !== null && limit(offset) !== 0;) {
      const page: { rows: string[]; next: number | null } = await coordinator(env, id).exportRows(table, offset, limit(offset));
      for (const row of page.rows) yield rowLine(id, table, row);
      offset = page.next;
    }
  }
}

/** Lines as a stream of bytes, drawn as they are read. */
export function streamOf(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const next = await lines.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(`${next.value}\n`));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
}

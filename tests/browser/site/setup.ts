import type { TestProject } from "vitest/node";
import { startStudy } from "../../../scripts/start/study-server.ts";
import { shareBrowser } from "../shared-browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the site and its coordinator answer. */
    readonly origin: string;
  }
}

/** One study and one browser for all tests of the site's pages: each of them takes seconds to come up. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const closeBrowser = await shareBrowser(project);
  const server = await startStudy();
  project.provide("origin", server.origin);
  return async () => {
    await closeBrowser();
    await server.close();
  };
}

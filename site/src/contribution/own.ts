import { checkWithoutEval } from "../../../shared/protocol/kept.ts";
import { Memory } from "../../../shared/volunteer/memory.ts";
import { databaseStore } from "../volunteer/stores.ts";

// Fetched by the page of contributions when it needs to know who this browser is.

checkWithoutEval();

/** What this browser handed in, by its own memory. */
export const givenHere = () => new Memory(databaseStore("volunteer")).contribution();

export { isTraining } from "../volunteer/other-tab.ts";
export { ownId } from "../volunteer/own-id.ts";

import { checkWithoutEval } from "../../../shared/protocol/kept.ts";
import { volunteerId } from "../../../shared/protocol/signature.ts";
import { Memory } from "../../../shared/volunteer/memory.ts";
import { browserKeys } from "../volunteer/keys.ts";
import { databaseStore } from "../volunteer/stores.ts";

// Fetched by the page of contributions when it needs to know who this browser is.

checkWithoutEval();

/** What this browser handed in, by its own memory. */
export const givenHere = () => new Memory(databaseStore("volunteer")).contribution();

/** Who this browser is: the hash of its public key. A browser without a key gets one. */
export const ownId = async (): Promise<string | null> => volunteerId((await browserKeys()).publicKey);

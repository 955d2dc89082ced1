import { volunteerId } from "../../../shared/protocol/signature.ts";
import { keepOwnVolunteer, ownVolunteer } from "../data/own-volunteer.ts";
import type { VolunteerView } from "../../../shared/volunteer/view.ts";
import { browserKeys } from "./keys.ts";

/** Who this browser is: the hash of its public key. A browser without a key gets one. */
export const ownId = async (): Promise<string> => volunteerId((await browserKeys()).publicKey)!;

/** After the first accepted shard the pages that only read may know whose it was. */
export function keepOwnId({ contribution }: Pick<VolunteerView, "contribution">): void {
  if (contribution.shards > 0 && ownVolunteer() === null) void ownId().then(keepOwnVolunteer);
}

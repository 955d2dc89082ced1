import { isSignedBy, resultText, volunteerId } from "../../shared/protocol/signature.ts";
import type { Signed } from "../../shared/protocol/result.ts";
import { wrongSignature } from "../coordinator/refusals.ts";
import { type Outcome, done } from "../problem.ts";

/** Whether a result was signed for this very lease with the key of the volunteer that holds it. @param resultSha256 of its canonical JSON */
export async function checkSigned(
  { publicKey, signature }: Signed,
  lease: { readonly id: string; readonly volunteer: string },
  resultSha256: string,
): Promise<Outcome<null>> {
  const signer = volunteerId(publicKey);
  if (signer !== lease.volunteer) {
    return wrongSignature(
      `publicKey: got the key of ${signer ?? "nobody"}, want that of the lease's volunteer, ${lease.volunteer}`,
    );
  }
  if (await isSignedBy(crypto.subtle, publicKey, signature, resultText(lease.id, resultSha256))) return done(null);
  return wrongSignature(`signature: got one over something else, want one over lease ${lease.id} and result ${resultSha256}`);
}

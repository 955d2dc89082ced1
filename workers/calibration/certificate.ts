import { deviceKind } from "../../shared/audit/calibration/device-kind.ts";
import { REFERENCE } from "../../shared/audit/calibration/judge.ts";
import type { Device } from "../../shared/protocol/lease.ts";
import { seal, unseal } from "../identity/seal.ts";

/** Drivers change under an unchanged name, so a device is calibrated anew now and then. */
const VALID_MS = 30 * 24 * 3_600_000;

/** What a certificate says. Nothing of it is looked up when a lease is asked for: the seal is the proof. */
interface Certified {
  readonly volunteer: string;
  readonly kind: string;
  readonly reference: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** A certificate that a volunteer's device passed. @param now milliseconds since 1970 */
export async function certify(
  secret: CryptoKey,
  volunteer: string,
  device: Device,
  now: number,
): Promise<{ certificate: string; expiresAt: string }> {
  const expires = now + VALID_MS;
  const certified: Certified = { volunteer, kind: deviceKind(device), reference: REFERENCE, expires };
  return { certificate: await seal(secret, "calibration", certified), expiresAt: new Date(expires).toISOString() };
}

/** Whether a certificate is this volunteer's, for this kind of device and today's known answers. */
export async function isCertified(
  secret: CryptoKey,
  certificate: string | undefined,
  volunteer: string,
  device: Device,
  now: number,
): Promise<boolean> {
  const said = certificate === undefined ? null : ((await unseal(secret, "calibration", certificate)) as Certified | null);
  return said?.volunteer === volunteer && said.kind === deviceKind(device) && said.reference === REFERENCE && said.expires > now;
}

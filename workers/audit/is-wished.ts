import { deviceClass } from "../../shared/audit/device-class.ts";
import type { Device } from "../../shared/protocol/lease.ts";
import type { AuditWish } from "../../shared/protocol/operator-audit.ts";

/** Whether a claim from `claimed` is for this auditor, where the operator has several that share the claims out by their bits. */
export function isWished({ only, leave = [] }: AuditWish, claimed: Device, own: Device, isDouble: boolean): boolean {
  const bits = deviceClass(claimed, isDouble);
  const has = (device: Device) => bits !== null && bits === deviceClass(device, isDouble);
  return only === undefined ? !leave.some(has) : has(own);
}

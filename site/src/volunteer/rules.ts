import { megabytes } from "../words.ts";
import type { Settings } from "./settings.ts";

/** What the browser tells of the device and its person; null: it does not tell. */
export interface Surroundings {
  readonly isCharging: boolean | null;
  readonly isVisible: boolean;
  /** Keyboard or pointer were used within the last minute, in any program. */
  readonly isInUse: boolean | null;
  readonly isMetered: boolean | null;
  /** What training moved over the network today, both ways. */
  readonly bytesToday: number;
}

export const UNKNOWN: Surroundings = { isCharging: null, isVisible: true, isInUse: null, isMetered: null, bytesToday: 0 };

/** Why training must wait, by the volunteer's own rules; null: it need not. What the browser does not tell holds nothing up. */
export function holdReason(settings: Settings, around: Surroundings): string | null {
  if (settings.onlyPluggedIn && around.isCharging === false)
    return "This device runs on battery, and you asked to train only when it is plugged in.";
  if (settings.onlyVisible && !around.isVisible) return "This tab is out of sight, and you asked to train only while you see it.";
  if (settings.onlyIdle && around.isInUse === true)
    return "You are using this device, and you asked to train only while you are not. It goes on a minute after your last key press.";
  if (settings.onlyUnmetered && around.isMetered === true)
    return "This connection says that data should be saved. Training may fetch 184 MB of images, and weights for each shard: it waits for another connection, or until you switch that rule off.";
  const { dataLimit } = settings;
  if (dataLimit !== null && around.bytesToday >= dataLimit)
    return `Training has moved ${megabytes(around.bytesToday)} over the network today, and you allowed ${megabytes(dataLimit)} a day. It goes on tomorrow, or when you raise the limit.`;
  return null;
}

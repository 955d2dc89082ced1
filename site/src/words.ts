/** Numbers and instants as the pages write them: English, one style everywhere. */

/** "61.2%": a fraction as a percentage. */
export const percent = (fraction: number, digits = 1): string => `${(100 * fraction).toFixed(digits)}%`;

/** "half", "1/8", "0.3": a share of something, as a fraction where it is a simple one. */
export function share(fraction: number): string {
  const parts = 1 / fraction;
  return Number.isInteger(parts) && parts > 1 ? (parts === 2 ? "half" : `1/${parts}`) : String(fraction);
}

/** A text of the shared code as pages set it: small numbers are powers of ten, which stay on one line like percentages, apostrophes are curved, primes are primes. */
export const typeset = (text: string): string =>
  text
    .replace(/\b0\.0{4,}[1-9]\d*\b/g, (small) => Number(small).toExponential())
    .replace(/(\de)-(\d)/g, "$1\u2011$2")
    .replace(/(\d) %/g, "$1%")
    .replace(/\bG'/g, "G′")
    .replace(/(\w)'(\w)/g, "$1’$2");

/** A phrase as the beginning of a sentence. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "1 seed", "5 seeds", "1,000 steps" */
export const plural = (count: number, noun: string): string => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

/** "1,000 steps" */
export const steps = (count: number): string => plural(count, "step");

/** "22 Nov 2026, 14:05 UTC" */
export function instant(iso: string): string {
  const date = new Date(iso);
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  return `${day}, ${date.toISOString().slice(11, 16)} UTC`;
}

/** "45 s", "3 min 20 s", "2 h 5 min" */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}\u00a0s`;
  if (whole < 3600)
    return whole % 60 === 0 || whole >= 600
      ? `${Math.round(whole / 60)}\u00a0min`
      : `${Math.floor(whole / 60)}\u00a0min ${whole % 60}\u00a0s`;
  const minutes = Math.round(whole / 60);
  return minutes % 60 === 0 ? `${minutes / 60}\u00a0h` : `${Math.floor(minutes / 60)}\u00a0h ${minutes % 60}\u00a0min`;
}

/** "12.4 MB" */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

/** "118 GFLOP/s": floating-point operations a second, in three digits. */
export function operations(perSecond: number): string {
  const [unit, name] = ([[1e12, "T"], [1e9, "G"], [1e6, "M"]] as const).find(([size]) => perSecond >= size) ?? [1e3, "k"]; // prettier-ignore
  return `${Number((perSecond / unit).toPrecision(3)).toLocaleString("en")} ${name}FLOP/s`;
}

/** "3 minutes ago", coarser with age; an instant once it is older than a day. */
export function ago(iso: string, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - Date.parse(iso)) / 1000);
  if (seconds < 10) return "just now";
  if (seconds < 60) return `${Math.round(seconds)} seconds ago`;
  if (seconds < 3600) return `${plural(Math.round(seconds / 60), "minute")} ago`;
  if (seconds < 86_400) return `${plural(Math.round(seconds / 3600), "hour")} ago`;
  return `on ${instant(iso)}`;
}

/** "0.042", "1,234", "2e6", "1e-7": three significant digits, with a power of ten where that is shorter to read. */
export function short(value: number, digits = 3): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 99_950)) {
    const [mantissa, power] = value.toExponential(digits - 1).split("e");
    return minus(`${Number(mantissa)}e${Number(power)}`);
  }
  const whole = size >= 1 ? Math.floor(Math.log10(size)) + 1 : 0;
  return minus(Number(value.toPrecision(Math.max(digits, whole))).toLocaleString("en", { maximumFractionDigits: 6 }));
}

/** "6.3 PFLOP": floating-point operations in all. */
export function flopCount(flops: number): string {
  const power = Math.max(0, Math.min(6, Math.floor(Math.log10(Math.max(1, flops)) / 3)));
  const value = flops / 1000 ** power;
  return `${value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 })}\u00a0${["", "K", "M", "G", "T", "P", "E"][power]}FLOP`;
}

/** A minus sign, not a hyphen, before a number. */
const minus = (text: string) => text.replace(/^-/, "\u2212");

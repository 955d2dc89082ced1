import { DEFAULT_INPUTS, type TheoryInputs } from "../../../shared/theory/inputs.ts";

/** A slider: its positions, from 0, and the value that each stands for. */
interface Slider {
  readonly name: "batchSize" | "gamma" | "beta" | "epsilon";
  readonly label: string;
  readonly values: readonly number[];
}

const evenly = (low: number, high: number, parts: number): number[] =>
  Array.from({ length: parts + 1 }, (_, i) => Number((low + ((high - low) * i) / parts).toFixed(2)));

export const sliders: readonly Slider[] = [
  { name: "batchSize", label: "Batch size m", values: [4, 8, 16, 32, 64, 128, 256] },
  { name: "gamma", label: "γ", values: evenly(0.1, 4, 39) },
  { name: "beta", label: "β", values: evenly(-3, 3, 60) },
  { name: "epsilon", label: "ε", values: [0, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1] },
];

/** Where a slider stands for the default. */
export const defaultPosition = ({ name, values }: Slider): number => values.indexOf(DEFAULT_INPUTS[name]);

/** "64", "−0.5", "10⁻³" */
export function valueWords({ name }: Slider, value: number): string {
  if (name === "epsilon" && value > 0 && value < 0.1) return `10${superscript(Math.round(Math.log10(value)))}`;
  return String(value).replace("-", "−");
}

const superscript = (exponent: number): string =>
  [...String(exponent)].map((digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]!)).join("");

/** A seed as it was typed; null where it is none. */
export function seedFrom(text: string): number | null {
  const seed = Number(text);
  return text.trim() !== "" && Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32 ? seed : null;
}

/** What the controls say, as inputs of the checks. */
export function inputsFrom(positions: Readonly<Record<Slider["name"], number>>, seed: number): TheoryInputs {
  const values = Object.fromEntries(sliders.map(({ name, values }) => [name, values[positions[name]]!]));
  return { ...DEFAULT_INPUTS, ...values, seed };
}

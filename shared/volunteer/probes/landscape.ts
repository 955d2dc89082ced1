import { normal } from "../../math/random.ts";
import type { Probes } from "../../protocol/probes.ts";
import type { OrtTensor } from "../ort.ts";
import type { Numbers } from "../ports.ts";
import { kept, type Row, sumOf, sumOfRoots } from "./row.ts";
import type { Feed, ProbeSession } from "./session.ts";

/** Where training stands: loss and gradient, on this batch. */
export interface Origin {
  readonly numbers: Readonly<Record<string, Numbers>>;
  readonly gradient: OrtTensor;
}

/** @param here parameters, batch and noise key. The parameters serve as any direction, since the step along it is 0. */
export const originOf = (session: ProbeSession, here: Feed): Promise<Origin> =>
  session.withGradient("along", { ...here, direction: here["parameters"]!, reference: here["parameters"]!, stepSize: 0 });

interface Settings {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly seed: number;
  readonly step: number;
}

/**
 * Section 3.2: the loss and its gradient along the gradient and along a random direction, on the grid of step sizes.
 * @param here parameters, batch and noise key; asked anew for each pass, since a save in between moves the parameters to another tensor
 */
export async function landscapeRow(
  session: ProbeSession,
  here: () => Feed,
  origin: Origin,
  { along, random }: NonNullable<Probes["landscape"]>,
  settings: Settings,
  between: () => Promise<void>,
): Promise<Row> {
  const { squares, loss, parameterSquares } = origin.numbers;
  const { decayed } = session.models;
  const row: Row = {
    loss: kept(loss![0]!),
    penalty: kept((settings.weightDecay / 2) * sumOf(parameterSquares!.subarray(0, decayed))),
    norm: kept(Math.sqrt(sumOf(squares!))),
    normSum: kept(sumOfRoots(squares!)),
  };
  const walk = async (prefix: string, direction: OrtTensor | Float64Array, multiples: readonly number[]) => {
    for (const multiple of multiples) {
      await between();
      const there = await session.numbers("along", {
        ...here(),
        direction,
        reference: origin.gradient,
        stepSize: multiple * settings.learningRate,
      });
      row[`${prefix}loss@${multiple}`] = kept(there["loss"]![0]!);
      row[`${prefix}difference@${multiple}`] = kept(Math.sqrt(sumOf(there["differenceSquares"]!)));
      row[`${prefix}differenceSum@${multiple}`] = kept(sumOfRoots(there["differenceSquares"]!));
    }
  };
  await walk("", origin.gradient, along);
  if (random.length > 0) await walk("random.", randomDirection(session.models.sizes, squares!, settings), random);
  return row;
}

/** Gaussian, scaled in every variable to the length of the gradient there; from (seed, step), so that everyone takes the same. */
function randomDirection(sizes: readonly number[], squares: Numbers, { seed, step }: Settings): Float64Array {
  const direction = normal(seed, "random direction", step, sumOf(sizes)).slice();
  let from = 0;
  sizes.forEach((size, i) => {
    const part = direction.subarray(from, (from += size));
    const length = Math.sqrt(part.reduce((sum, x) => sum + x * x, 0));
    const scale = length === 0 ? 0 : Math.sqrt(squares[i]!) / length;
    for (let j = 0; j < part.length; j++) part[j] = part[j]! * scale;
  });
  return direction;
}

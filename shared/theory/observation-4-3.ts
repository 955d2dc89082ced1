import { apart, holds, identity } from "./finding.ts";
import { type Statement, tiny } from "./statement.ts";

export const observation43: Statement = {
  id: "observation-4-3",
  name: "Observation 4.3",
  title: "BatchNorm can always be made to do nothing",
  says: "Whatever the inputs and weights, γ = σ and β = μ make BatchNorm the identity. So every network without BatchNorm is also one with it, and every minimum of the one loss is there in the other.",
  printed: {
    tex: String.raw`\gamma=\sigma_j,\quad \beta=\mu_j \;\Longrightarrow\; z_j = \gamma\,\hat{y}_j+\beta = y_j`,
    note: "With ε > 0: γ = √(σ² + ε).",
  },
  corrected: null,
  method: "For each unit of the random networks: the largest distance between z and y, and the two networks’ losses.",
  meaning:
    "True, and it is where the theorems compare two networks. Being able to stand at a point does not say that training goes there.",
  check({ matched }) {
    const units = matched();
    const same = identity("z and y, largest distance over largest |y|", 1e-12, units, ({ z, y }) => {
      const far = Math.max(...z.map((value, b) => Math.abs(value - y[b]!)));
      return far / Math.max(1, ...y.map(Math.abs));
    });
    const losses = identity("the two losses", 1e-12, units, ({ lossHat, loss }) => apart(lossHat, loss));
    return {
      findings: [same, losses],
      rows: [],
      verdict:
        holds(same) && holds(losses)
          ? `Holds: activations agree to ${tiny(same.worst)}, losses to ${tiny(losses.worst)}.`
          : `Does not hold here: activations differ by ${tiny(same.worst)}, losses by ${tiny(losses.worst)}.`,
    };
  },
};

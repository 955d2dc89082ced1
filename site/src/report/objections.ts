/** What somebody objected to the paper, or would, and where this study answers. */
export interface Objection {
  readonly objection: string;
  readonly answer: string;
  /** Claims that measure it; none where nobody has yet. */
  readonly claims: readonly string[];
}

export const objections: readonly Objection[] = [
  {
    objection: "Its words say more than its figures.",
    answer:
      "“Close to two orders of magnitude” between gradients is a factor of 3 in its own figure, and the “almost non-existent” cost of noise 1.4 times the steps. Each claim here has both numbers, the text’s and the figure’s.",
    claims: ["C13", "C5b"],
  },
  {
    objection: "Its covariate shift is a definition of its own.",
    answer:
      "How much a gradient changes when the layers before it take their step is not what the term meant. So the older meaning, how far one step moves a layer’s values, is measured beside it.",
    claims: ["C9", "C10", "C6b"],
  },
  {
    objection: "BatchNorm makes the beginning rougher.",
    answer:
      "In deep stacks of BatchNorm layers gradients explode at initialization, as later work proved. The paper’s own curves begin so, and its text passes over it.",
    claims: ["C14a", "C14b", "D6"],
  },
  {
    objection: "Its smoothness may be the ruler’s.",
    answer:
      "The level at which effective smoothness settles is two over the learning rate, where any descent may end, and also one over the smallest step it was probed with. A finer grid tells the two apart.",
    claims: ["C15b", "C15c", "D5a"],
  },
  {
    objection: "The advantage ends where the curves are cut.",
    answer: "Late in training its own figure has the deep linear network with BatchNorm above the one without.",
    claims: ["D7a", "D7b"],
  },
  {
    objection: "One run is an anecdote.",
    answer:
      "The paper shows one run of each network. Here every comparison is of pairs that share their weights at the start and every batch, in an order fixed beforehand, with an interval that holds however often one looks.",
    claims: [],
  },
  {
    objection: "Two networks are few, and the batch size never changes.",
    answer:
      "Not measured here yet. Whoever runs a coordinator can ask for the same experiment with another batch size; it is judged by itself.",
    claims: [],
  },
];

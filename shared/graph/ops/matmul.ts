import { defineOp } from "../op.ts";
import { GraphError, showShape, type TensorType, type Value } from "../value.ts";

interface Sides {
  readonly [key: string]: boolean;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const sizes = ([a, b]: readonly TensorType[], { transposeA, transposeB }: Sides) => {
  const [m, k] = transposeA ? a!.shape.toReversed() : a!.shape;
  const [k2, n] = transposeB ? b!.shape.toReversed() : b!.shape;
  return { m: m!, k: k!, k2: k2!, n: n! };
};

export const op = defineOp<Sides>({
  name: "matmul",
  infer(inputs, attributes) {
    const { m, k, k2, n } = sizes(inputs, attributes);
    if (inputs.some(({ shape }) => shape.length !== 2) || k !== k2) {
      const [a, b] = inputs.map(({ shape }) => showShape(shape));
      throw new GraphError(
        "matmul",
        `got ${a} and ${b} with ${JSON.stringify(attributes)}, want two matrices with one inner length`,
      );
    }
    return { dtype: inputs[0]!.dtype, shape: [m, n] };
  },
  reference([a, b], types, attributes) {
    const { m, k, n } = sizes(types, attributes);
    const [ai, ak] = attributes.transposeA ? [1, m] : [k, 1];
    const [bk, bj] = attributes.transposeB ? [1, k] : [n, 1];
    const product = new Float64Array(m * n);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let l = 0; l < k; l++) sum += a![i * ai + l * ak]! * b![l * bk + j * bj]!;
        product[i * n + j] = sum;
      }
    }
    return product;
  },
  lower: (emit, inputs, _output, { transposeA, transposeB }) =>
    transposeA || transposeB
      ? emit.node("Gemm", inputs, { transA: Number(transposeA), transB: Number(transposeB) })
      : emit.node("MatMul", inputs),
  emulated: (emit, inputs, _output, { transposeA, transposeB }) =>
    emit.node("Einsum", inputs, { equation: `${transposeA ? "ki" : "ik"},${transposeB ? "jk" : "kj"}->ij` }),
  vjp(cotangent, { inputs: [a, b] }, { transposeA, transposeB }) {
    const da = transposeA
      ? matmul(b!, cotangent, { transposeA: transposeB, transposeB: true })
      : matmul(cotangent, b!, { transposeB: !transposeB });
    const db = transposeB
      ? matmul(cotangent, a!, { transposeA: true, transposeB: transposeA })
      : matmul(a!, cotangent, { transposeA: !transposeA });
    return [da, db];
  },
  examples: [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => ({
      inputs: [
        { dtype: "float32" as const, shape: transposeA ? [4, 2] : [2, 4] },
        { dtype: "float32" as const, shape: transposeB ? [3, 4] : [4, 3] },
      ],
      attributes: { transposeA, transposeB },
    })),
  ),
});

/** Product of two matrices, either of them transposed first. */
export const matmul = (a: Value, b: Value, { transposeA = false, transposeB = false }: Partial<Sides> = {}): Value =>
  op([a, b], { transposeA, transposeB });

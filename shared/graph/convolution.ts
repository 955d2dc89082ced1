import { GraphError, showShape, type TensorType } from "./value.ts";

/** Stride and zero padding of a 2-D convolution, the same in both directions. */
export interface Window {
  readonly [key: string]: number;
  readonly stride: number;
  readonly pad: number;
}

/** Sizes of a convolution: images [n, c, h, w], weights [m, c, kh, kw], outputs [n, m, oh, ow]. */
export interface ConvolutionSizes {
  readonly n: number;
  readonly c: number;
  readonly h: number;
  readonly w: number;
  readonly m: number;
  readonly kh: number;
  readonly kw: number;
  readonly oh: number;
  readonly ow: number;
}

/** Sizes from images and weights. @throws GraphError where the channels differ */
export function convolutionSizes(op: string, images: TensorType, weights: TensorType, { stride, pad }: Window): ConvolutionSizes {
  const [n, c, h, w] = images.shape as [number, number, number, number];
  const [m, c2, kh, kw] = weights.shape as [number, number, number, number];
  if (images.shape.length !== 4 || weights.shape.length !== 4 || c !== c2) {
    throw new GraphError(
      op,
      `got images ${showShape(images.shape)} and weights ${showShape(weights.shape)}, want [n, c, h, w] and [m, c, kh, kw]`,
    );
  }
  return {
    n,
    c,
    h,
    w,
    m,
    kh,
    kw,
    oh: Math.floor((h + 2 * pad - kh) / stride) + 1,
    ow: Math.floor((w + 2 * pad - kw) / stride) + 1,
  };
}

/**
 * Visits every product of a convolution: y[yi] += x[xi] * w[wi]. All three directions (output, input gradient, weight
 * gradient) are sums over these triples.
 */
export function eachProduct(
  sizes: ConvolutionSizes,
  { stride, pad }: Window,
  visit: (xi: number, wi: number, yi: number) => void,
): void {
  const { n, c, h, w, m, kh, kw, oh, ow } = sizes;
  for (let ni = 0; ni < n; ni++)
    for (let mi = 0; mi < m; mi++)
      for (let oy = 0; oy < oh; oy++)
        for (let ox = 0; ox < ow; ox++)
          for (let ci = 0; ci < c; ci++)
            for (let ky = 0; ky < kh; ky++)
              for (let kx = 0; kx < kw; kx++) {
                const iy = oy * stride + ky - pad;
                const ix = ox * stride + kx - pad;
                if (iy < 0 || iy >= h || ix < 0 || ix >= w) continue;
                visit(
                  ((ni * c + ci) * h + iy) * w + ix,
                  ((mi * c + ci) * kh + ky) * kw + kx,
                  ((ni * m + mi) * oh + oy) * ow + ox,
                );
              }
}

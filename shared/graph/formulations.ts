import type { ConvolutionSizes, Window } from "./convolution.ts";
import type { WeightGradientName } from "./weight-gradients.ts";

/*
 * One mathematical map, several ways to write it in ONNX: which is fastest depends on the shape. Measured by
 * `npm run bench -- --formulations` on 2026-11-22 on a busy machine, which did not get to the last rows: lowest processor time of 3 to 15 alternating rounds in milliseconds, one thread of
 * a Xeon with AVX-512, batch 128, windows 3 x 3. A star marks what is chosen. "first" is ONNX's own order, [n, c, h, w], "last" is batch last; the
 * cotangent of the images is a ConvTranspose in the first order or, batch last, a Conv with the weights flipped.
 *
 *                  |     convolution    |            weights             |       images
 *                  |    first     last  |   columns   offsets    shifts  |    first     last
 *      cpu 3->8@32 |     5.46    4.81*  |     5.08*     11.68      6.37  |     3.54    4.55*
 *      cpu 8->8@32 |     6.60    5.69*  |     11.08     14.39     8.24*  |     8.14    5.64*
 *     cpu 8->16@16 |     2.38    1.84*  |     2.79*      3.96      3.60  |     2.99    2.58*
 *    cpu 16->16@16 |     4.13    3.36*  |      5.53      6.00     5.45*  |     7.91    4.74*
 *     cpu 16->32@8 |     2.37    1.81*  |     2.07*      2.20      2.89  |     1.85    1.43*
 *     cpu 32->32@8 |     3.47    2.49*  |     3.10*      3.17      3.81  |     3.51    2.22*
 *     cpu 32->64@4 |     1.37    0.76*  |     1.08*      1.04      1.71  |     1.83    1.10*
 *     cpu 64->64@4 |     2.73    1.61*  |     2.06*      2.04      2.96  |     4.05    1.79*
 *     cpu 64->64@2 |     1.91    0.38*  |     0.62*      0.80      1.13  |     2.68    0.60*
 *     cpu 3->16@32 |     4.87    4.84*  |     4.92*     14.07      9.82  |     4.36    8.34*
 *    cpu 16->16@32 |    16.06   14.08*  |     20.21     31.20    18.78*  |    18.92   14.24*
 *    cpu 16->32@16 |     5.92    5.02*  |     6.13*      8.18      8.76  |     6.71    6.12*
 *    cpu 32->32@16 |    10.14    9.15*  |    12.36*     15.21     12.97  |    12.42    8.95*
 *     cpu 32->64@8 |     4.49    3.33*  |     4.46*      4.14      6.29  |     5.15    4.35*
 *     cpu 64->64@8 |     8.12    6.73*  |     8.70*      8.57      9.70  |    10.14    7.17*
 *    cpu 64->128@4 |     5.51    4.08*  |     4.96*      5.13      8.07  |     8.29    3.82*
 *   cpu 128->128@4 |     8.92    5.86*  |     6.90*      7.54     10.66  |    12.59    6.46*
 *   cpu 128->128@2 |     6.16    1.36*  |     2.15*      2.37      4.17  |    10.58    2.20*
 *     cpu 3->32@32 |    12.35    8.66*  |     6.60*     25.47     26.20  |     5.82   18.13*
 *     wasm 3->8@32 |     9.21    8.01*  |    10.39*     23.18     11.55  |     7.12    6.99*
 *     wasm 8->8@32 |    13.79   11.71*  |     25.24     28.25    21.13*  |    16.26   11.66*
 *    wasm 8->16@16 |     5.80    4.82*  |     6.61*     10.29      7.78  |     5.95    5.86*
 *   wasm 16->16@16 |    11.06    9.17*  |     11.61     12.48    12.75*  |    11.25    9.68*
 *    wasm 16->32@8 |    15.16    4.44*  |     5.32*      5.03      6.35  |     4.61    4.80*
 */

/** Shifted copies of a layer's images beyond this are not made all at once. */
const MOST_BYTES = 2 ** 26;

/** How to compute the cotangent of a convolution's weights. */
export function weightGradientFor(sizes: ConvolutionSizes, { stride }: Window): WeightGradientName {
  const { n, c, m, kh, kw, oh, ow } = sizes;
  if (stride === 1 && kh * kw > 1 && oh >= 16 && c > 4 && c <= 16 && m <= c) return "shifts";
  return 4 * kh * kw * c * n * oh * ow > MOST_BYTES ? "offsets" : "columns";
}

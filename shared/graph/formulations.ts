import type { ConvolutionSizes, Window } from "./convolution.ts";
import type { WeightGradientName } from "./weight-gradients.ts";

/*
 * One mathematical map, several ways to write it in ONNX: which is fastest depends on the shape. Measured by
 * `npm run bench -- --formulations` on 2026-11-22 and 23 on a busy machine, which did not get to the native rows at width 1/2: lowest processor time of 3 to 15 alternating rounds in milliseconds, one thread of
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
 *     wasm 8->8@32 |    13.79   11.71*  |    25.24     28.25    21.13*  |    16.26   11.66*
 *    wasm 8->16@16 |     5.80    4.82*  |     6.61*     10.29      7.78  |     5.95    5.86*
 *   wasm 16->16@16 |    11.06    9.17*  |    11.61     12.48    12.75*  |    11.25    9.68*
 *    wasm 16->32@8 |    15.16    4.44*  |     5.32*      5.03      6.35  |     4.61    4.80*
 *    wasm 32->32@8 |     9.28    7.77*  |     8.34*      8.59      9.82  |     8.67    7.82*
 *    wasm 32->64@4 |     3.81    3.48*  |     4.36*      4.32      6.46  |     4.27    3.86*
 *    wasm 64->64@4 |     8.21    6.97*  |     8.46*      8.19     11.96  |     8.73    7.69*
 *    wasm 64->64@2 |     6.88    1.77*  |     2.17*      2.24      4.14  |     7.66    2.17*
 *    wasm 3->16@32 |    10.52    8.95*  |    10.18*     34.57     15.28  |    10.79   13.16*
 *   wasm 16->16@32 |    38.27   36.05*  |    46.89     46.96     45.18*  |    46.37   35.66*
 *   wasm 16->32@16 |    18.07   16.18*  |    19.82*     19.61     21.57  |    16.93   17.66*
 *   wasm 32->32@16 |    33.34   31.68*  |    40.17*     40.22     39.58  |    33.98   31.21*
 *    wasm 32->64@8 |    15.43   14.67*  |    16.63*     16.82     21.08  |    14.82   15.58*
 *    wasm 64->64@8 |    28.97   28.43*  |    33.30*     31.48     38.61  |    29.12   28.79*
 *   wasm 64->128@4 |    13.50   13.10*  |    15.88*     15.29     23.45  |    15.86   14.76*
 *  wasm 128->128@4 |    28.74   26.74*  |    30.48*     30.03     44.67  |    31.63   29.85*
 *  wasm 128->128@2 |    27.16    6.85*  |     8.14*      8.15     15.55  |    31.48    9.41*
 *    wasm 3->32@32 |    16.44   16.19*  |    18.54*     66.43     30.86  |    17.80   27.35*
 *   wasm 32->32@32 |   132.85  138.98*  |   151.24    165.97*    146.55  |   150.34  135.27*
 *   wasm 32->64@16 |    63.07   60.58*  |    69.78*     75.51     76.50  |    66.79   65.73*
 *   wasm 64->64@16 |   117.82  118.35*  |   135.71    139.32*    144.47  |   129.74  119.26*
 *   wasm 64->128@8 |    56.30   55.99*  |    64.21*     63.83     80.87  |    55.91   57.61*
 *  wasm 128->128@8 |   114.48  115.94*  |   129.93*    131.74    157.55  |   454.48  119.33*
 *  wasm 128->256@4 |    55.63   57.92*  |    66.81*     63.77     96.99  |    66.10   62.43*
 *  wasm 256->256@4 |   113.65  113.72*  |   144.80*    129.97    199.61  |   129.21  121.35*
 *  wasm 256->256@2 |   103.43   26.77*  |    33.49*     31.64     63.65  |   122.76   36.18*
 *
 * By tiles (winograd.ts; measured likewise on 2026-11-23 with three to nine rounds in a script of the moment, each beside what the rows above choose):
 *
 *                  |     convolution    |      weights       |       images
 *                  |    Conv     tiles  |   above     tiles  |    Conv     tiles
 *     cpu 64->64@4 |     1.54*    1.73  |     1.71*    2.04  |     1.92*    2.02
 *   cpu 128->128@4 |     6.00     6.70* |     6.80     6.20* |     6.61     6.17*
 *   cpu 128->128@8 |    22.26    22.40* |    25.14    20.98* |    22.57    22.75*
 *   cpu 128->256@4 |     9.90     9.60* |    11.82    10.05* |    12.76    12.21*
 *   cpu 256->256@4 |    19.89    17.70* |    24.03    16.46* |    22.85    21.32*
 *   cpu 256->256@2 |     4.77*    6.16  |     6.73*    6.79  |     7.74*    8.56
 *    wasm 64->64@4 |     7.39*    6.19  |     8.24*    5.16  |     7.40*    5.32
 *    wasm 64->64@8 |    27.74*   22.73  |    32.54*   21.57  |    28.23*   22.93
 *  wasm 128->128@4 |    27.67    17.37* |    32.08    17.60* |    28.31    17.58*
 *  wasm 128->128@8 |   114.08    67.92* |   126.50    68.55* |   118.01    66.43*
 *  wasm 128->256@4 |    54.42    30.98* |    60.38    30.08* |    59.13    34.31*
 *  wasm 256->256@2 |    28.69*   18.50  |    31.73*   18.77  |    39.20*   19.35
 *
 * Nothing that is chosen is more than an eighth slower than the best of its row but where the best would take more memory than is allowed, where it is the
 * first layer, whose images need no cotangent, or where tiles are quicker on WASM only: native CPU and WASM compute one model.
 */

/** Shifted copies of a layer's images beyond this are not made all at once. */
const MOST_BYTES = 2 ** 26;

/** How to compute the cotangent of a convolution's weights. */
export function weightGradientFor(sizes: ConvolutionSizes, { stride }: Window): WeightGradientName {
  const { n, c, m, kh, kw, oh, ow } = sizes;
  if (stride === 1 && kh * kw > 1 && oh >= 16 && c > 4 && c <= 16 && m <= c) return "shifts";
  return 4 * kh * kw * c * n * oh * ow > MOST_BYTES ? "offsets" : "columns";
}

import type { ConvolutionSizes, Window } from "./convolution.ts";
import type { InputGradientName } from "./input-gradients.ts";
import type { WeightGradientName } from "./weight-gradients.ts";

/*
 * One mathematical map, several ways to write it in ONNX: which is fastest depends on the shape. Measured by
 * `npm run bench -- --formulations` on 2026-11-22: lowest processor time of 15 alternating rounds in milliseconds, CPU provider, one thread of a
 * Xeon with AVX-512, batch 128, windows 3 x 3. The rules below follow it; a GPU keeps the ones with the fewest, largest operations.
 *
 *              | weights: columns  columnsByImage  offsets  shifts  window | images: transposed  flipped
 *      3->8@32 |             6.77            6.55    10.10    9.36    8.01 |               2.92     4.53
 *      8->8@32 |            17.79           17.82    13.96   11.53   19.75 |               7.36     5.93
 *     8->16@16 |             4.49            4.39     4.30    4.73    5.81 |               2.45     3.00
 *    16->16@16 |             9.52            9.46     6.37    6.21   11.50 |               4.80     3.63
 *     16->32@8 |             2.80            2.81     2.52    2.38    3.36 |               1.62     2.17
 *     32->32@8 |             6.32            6.41     4.85    4.19    6.63 |               3.12     2.81
 *     32->64@4 |             2.48            3.12     2.44    2.34    2.30 |               1.77     2.29
 *     64->64@4 |             5.34            8.49     4.87    4.36    4.41 |               3.49     2.75
 *     64->64@2 |             2.28            4.46     2.46    2.20    1.35 |               2.67     2.12
 *     3->32@32 |            11.75            8.37    22.18   35.80   14.23 |               5.06    18.08
 *    32->32@32 |            83.49           81.23    54.63   57.18  114.91 |              39.13    36.89
 *    32->64@16 |            25.50           26.45    20.14   25.53   40.28 |              16.47    18.14
 *    64->64@16 |            52.12           54.61    36.19   38.71   79.36 |              31.29    26.41
 *    64->128@8 |            19.08           24.13    16.58   19.52   26.57 |              14.12    15.00
 *   128->128@8 |            38.23           52.10    32.15   34.02   52.13 |              27.70    22.63
 *   128->256@4 |            17.38           41.49    17.45   21.49   21.77 |              20.89    15.72
 *   256->256@4 |            34.43           85.50    33.81   38.97   42.04 |              42.17    24.99
 *   128->128@2 |             5.19           19.07     5.60    5.96    3.80 |               9.84     6.41
 */

/** How to compute the cotangent of a convolution's weights. */
export function weightGradientFor({ c, m, kh, kw, oh }: ConvolutionSizes, { stride }: Window): WeightGradientName {
  if (stride === 1 && kh * kw > 1 && oh >= 32 && c > 4 && c <= 16 && m <= c) return "shifts";
  return "columns";
}

/** How to compute the cotangent of a convolution's images. */
export const inputGradientFor = ({ stride }: Window): InputGradientName => (stride === 1 ? "flipped" : "transposed");

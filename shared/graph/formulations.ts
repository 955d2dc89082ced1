import type { ConvolutionSizes, Window } from "./convolution.ts";
import type { Target } from "./emit.ts";
import type { InputGradientName } from "./input-gradients.ts";
import type { WeightGradientName } from "./weight-gradients.ts";

/*
 * One mathematical map, several ways to write it in ONNX: which is fastest depends on the shape. A prototype of these formulations measured
 * them before the rules were written, and `npm run bench -- --formulations` measures them again: milliseconds of processor time on the CPU
 * provider (batch 128, windows 3 x 3, one thread, Xeon with AVX-512, 2026-11-22). A GPU keeps the ones with the fewest, largest operations.
 *
 * weights      columns  columnsByImage  offsets  shifts  window
 *   3->8@32        7.4             7.8     11.0    10.9     8.4
 *   8->8@32       18.6            18.7     14.9    12.4    21.2
 *  16->16@16      13.1            14.1      8.6     8.2    17.8
 *  16->32@8        3.8             3.9      3.1     3.1     3.8
 *  32->32@8        7.1             7.6      5.4     4.7     7.2
 *  32->64@4        3.2             4.6      2.9     3.1     2.7
 *  64->64@4        5.8            10.0      5.2     4.6     4.8
 *  64->64@2        2.6             7.1      2.7     2.5     1.4
 *   3->32@32      12.0             8.9     23.3    37.2    15.1
 *  32->32@32      90.5            85.3     69.9    58.7   119.1
 *  64->64@16      55.2            55.6     44.0    42.0    82.7
 *  64->128@8      19.5            25.6     16.9    21.1    27.4
 * 256->256@4      35.8            83.9     35.5    40.9    43.1
 * 256->256@2      13.6            82.8     15.6    18.4    12.3
 *
 * images      transposed  flipped
 *   8->8@32          8.2      6.5
 *   8->16@16         3.1      3.5
 *  16->16@16         5.5      4.1
 *  32->64@4          1.9      2.5
 *  64->64@4          3.7      3.0
 *  32->64@16        16.9     19.4
 * 128->256@4        22.0     16.4
 * 256->256@4        43.7     26.3
 */

/** How to compute the cotangent of a convolution's weights. */
export function weightGradientFor(sizes: ConvolutionSizes, { stride }: Window, target: Target): WeightGradientName {
  const { c, m, kh, kw, oh } = sizes;
  if (target === "webgpu" || kh * kw === 1) return "columns";
  if (c <= 4) return "columnsByImage"; // the first layer: few channels, so that nine copies of them are little
  if (stride !== 1) return "offsets";
  if (oh <= 2 || (oh <= 4 && m <= 64)) return "window";
  return m <= c && (oh >= 16 || m <= 64) ? "shifts" : "offsets";
}

/** How to compute the cotangent of a convolution's images. */
export function inputGradientFor({ c, m, oh }: ConvolutionSizes, { stride }: Window, target: Target): InputGradientName {
  if (target === "webgpu" || stride !== 1) return "transposed";
  return c >= m || (oh <= 4 && m >= 128) ? "flipped" : "transposed";
}

import { fullHessian } from "./full-hessian.ts";
import { lemma45 } from "./lemma-4-5.ts";
import { observation43 } from "./observation-4-3.ts";
import type { Statement } from "./statement.ts";
import { theorem41 } from "./theorem-4-1.ts";
import { theorem42 } from "./theorem-4-2.ts";
import { theorem44 } from "./theorem-4-4.ts";
import { theoremC1 } from "./theorem-c-1.ts";

/** Every statement of the paper's theory, in its order; the full Hessian stands before the theorem that is made from it. */
export const statements: readonly Statement[] = [theorem41, fullHessian, theorem42, observation43, theorem44, theoremC1, lemma45];

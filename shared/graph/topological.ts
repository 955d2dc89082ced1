import type { Value } from "./value.ts";

/** Every value that the outputs depend on, inputs before their users; the order depends on the graph alone. */
export function topological(outputs: readonly Value[]): Value[] {
  const order: Value[] = [];
  const seen = new Set<Value>();
  // Depth first with a stack of its own: a deep network would overflow the call stack.
  const stack: { value: Value; next: number }[] = [];
  const visit = (value: Value) => {
    if (seen.has(value)) return;
    seen.add(value);
    stack.push({ value, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const input = top.value.inputs[top.next++];
      if (input === undefined) {
        order.push(top.value);
        stack.pop();
      } else if (!seen.has(input)) {
        seen.add(input);
        stack.push({ value: input, next: 0 });
      }
    }
  };
  for (const output of outputs) visit(output);
  return order;
}

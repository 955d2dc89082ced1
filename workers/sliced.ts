/** A text in slices of so many characters at most, none of which ends within one: SQLite holds 2 MB in one value, and a character has up to three bytes. */
export function sliced(text: string, most = 600_000): string[] {
  const slices: string[] = [];
  for (let from = 0; from < text.length;) {
    const end = Math.min(text.length, from + most);
    const isWithin = end < text.length && /[\uD800-\uDBFF]/.test(text[end - 1]!);
    slices.push(text.slice(from, isWithin ? end - 1 : end));
    from = isWithin ? end - 1 : end;
  }
  return slices;
}

import fc from "fast-check";

/** What turns up in bodies of those who try: other types, edges of numbers and of Unicode, names that mean something to JavaScript or to a file system. */
const NASTY: readonly unknown[] = [
  ...[null, true, [], {}, [[]], -1, 0, 0.5, 1e308, 2 ** 53, -(2 ** 31)],
  ...["", " ", "NaN", "-Infinity", "null", "0", "\u0000", "\u202e", "\ud800", "\udfff\ud800", "e\u0301\u0301\u0301", "👩‍👩‍👧‍👧"],
  ...["../../etc/passwd", "..%2f..", "__proto__", "constructor", "toString", "a'; DROP TABLE results; --", "<script>", "${7*7}"],
  ...["x".repeat(5_000), "a.".repeat(500), Array.from({ length: 5_000 }, () => 0), Array.from({ length: 300 }, () => ({}))],
];

type Change = (value: unknown) => unknown;

/** Puts something else in one place of a value, or adds a key, or takes one away. */
const change: fc.Arbitrary<Change> = fc
  .record({ at: fc.nat(), how: fc.constantFrom("replace", "add", "remove", "repeat", "nest"), nasty: fc.constantFrom(...NASTY) })
  .map(({ at, how, nasty }): Change => (value) => {
    const places = placesOf(value);
    const path = places[at % places.length]!;
    return edited(value, path, (old) => {
      if (how === "replace") return nasty;
      if (how === "nest") return [old];
      if (how === "repeat") return Array.isArray(old) ? Array.from({ length: 40 }, () => old as unknown[]).flat() : nasty;
      if (typeof old !== "object" || old === null || Array.isArray(old)) return nasty;
      const entries = Object.entries(old);
      if (how === "remove") return Object.fromEntries(entries.filter((_, i) => i !== at % entries.length));
      return Object.fromEntries([...entries, [typeof nasty === "string" ? nasty : "extra", nasty]]);
    });
  });

/** What only a text can say, or say wrongly. */
const TRICKS: readonly ((json: string) => string)[] = [
  (json) => json,
  (json) => json,
  (json) => json,
  (json) => json.slice(0, Math.floor(json.length / 2)),
  (json) => json.replace(/-?\d+(\.\d+)?(e[+-]?\d+)?/i, "1e999"),
  (json) => json.replace(/-?\d+(\.\d+)?(e[+-]?\d+)?/i, "NaN"),
  (json) => json.replace("{", '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}},'),
  (json) => json.replace(/"(\w+)":/, '"$1":0,"$1":'),
  (json) => `\ufeff${json}`,
  (json) => `${json}${json}`,
  () => "[".repeat(3_000) + "]".repeat(3_000),
  () => '{"a":'.repeat(2_000) + "0" + "}".repeat(2_000),
  () => "",
];

/** Texts of bodies: as good ones are, and spoiled. */
export const bodiesOf = (good: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc
    .record({ value: good, changes: fc.array(change, { maxLength: 2 }), trick: fc.constantFrom(...TRICKS) })
    .map(({ value, changes, trick }) => trick(JSON.stringify(changes.reduce((old, one) => one(old), value))));

type Path = readonly string[];

/** Every place in a value, itself first. */
function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))];
}

function edited(value: unknown, [key, ...rest]: Path, edit: Change): unknown {
  if (key === undefined) return edit(value);
  if (Array.isArray(value)) return value.map((one, i) => (String(i) === key ? edited(one, rest, edit) : (one as unknown)));
  const entries = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, one]) => [name, name === key ? edited(one, rest, edit) : one]));
}

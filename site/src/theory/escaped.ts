const NAMES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** A text as HTML. */
export const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => NAMES[sign]!);

/** The same, with "1.3e-15" as 1.3 × 10⁻¹⁵. */
export const withPowers = (text: string): string =>
  escaped(text).replace(
    /\b(\d(?:\.\d)?)e([+-])(\d+)/g,
    (_whole, digits: string, sign: string, exponent: string) =>
      `${digits === "1" ? "" : `${digits}\u00a0×\u00a0`}10<sup>${sign === "-" ? "−" : ""}${exponent}</sup>`,
  );

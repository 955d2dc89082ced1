/** A command's argument that counts something; undefined where it was not given. @throws Error saying what was got and wanted */
export function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name}: got ${text}, want a whole number from 1`);
  return value;
}

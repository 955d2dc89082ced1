/** A command's argument that counts something; undefined where it was not given. @throws Error saying what was got and wanted */
export function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name}: got ${text}, want a whole number from 1`);
  return value;
}

/** `--duty`: the share of the time that may be spent computing, from a whole number of percent. @throws Error saying what was got and wanted */
export function dutyOf(text: string | undefined): number {
  const percent = wholeNumber("--duty", text) ?? 100;
  if (percent > 100) throw new Error(`--duty: got ${percent}, want percent from 1 to 100`);
  return percent / 100;
}

/** Where a result contradicts what its lease asked for. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** The fault of a value, unless what is wanted of it holds. */
export function unless(holds: boolean, path: string, got: unknown, want: string): Fault[] {
  return holds ? [] : [{ path, message: `got ${got === undefined ? "nothing" : JSON.stringify(got)}, want ${want}` }];
}

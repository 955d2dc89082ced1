/** A cell: text, a number, a list of numbers (histograms), or nothing. */
export type Cell = string | number | readonly number[] | null;

/** A column of the published data, and what it says. */
export interface DataColumn {
  readonly name: string;
  readonly type: "text" | "whole" | "number" | "numbers";
  /** Meaning and unit, in words. */
  readonly about: string;
}

/** One table of the study's data: columns of one length. */
export interface DataTable {
  readonly name: string;
  readonly about: string;
  readonly columns: readonly DataColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Collects rows that may know different columns; what a row does not have is null. */
export class TableRows {
  readonly #columns = new Map<string, DataColumn>();
  readonly #rows: ReadonlyMap<string, Cell>[] = [];

  add(cells: readonly (readonly [DataColumn, Cell])[]): void {
    for (const [column] of cells) if (!this.#columns.has(column.name)) this.#columns.set(column.name, column);
    this.#rows.push(new Map(cells.map(([{ name }, cell]) => [name, cell])));
  }

  /** Every row of columns that are known by now. */
  table(name: string, about: string): DataTable {
    const columns = [...this.#columns.values()];
    return { name, about, columns, rows: this.#rows.map((row) => columns.map((column) => row.get(column.name) ?? null)) };
  }
}

import { type Table, wordsBelow } from "../figures/figure.ts";

/** Puts new rows into a table that the page already has, leaving it where it is. */
export function fillTable(host: ParentNode, name: string, table: Table): void {
  const { columns, rows } = table;
  const body = host.querySelector(`[data-table="${name}"] tbody`);
  body?.replaceChildren(
    ...rows.map((row) => {
      const line = document.createElement("tr");
      line.append(...row.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
      return line;
    }),
  );
  const head = host.querySelector(`[data-table="${name}"] thead tr`);
  if (head && head.childElementCount !== columns.length) {
    head.replaceChildren(
      ...columns.map((text) => Object.assign(document.createElement("th"), { scope: "col", textContent: text })),
    );
  }
  const words = host.querySelector(`[data-table-note="${name}"]`);
  if (words) words.textContent = wordsBelow(table);
}

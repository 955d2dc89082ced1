/** Hands a text or a picture to the browser's downloads. */
export function saveAs(contents: string | Blob, name: string): void {
  const url = URL.createObjectURL(contents instanceof Blob ? contents : new Blob([contents]));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Hands a text or bytes to the browser's downloads. */
export function saveAs(text: string | Blob, name: string): void {
  const url = URL.createObjectURL(new Blob([text]));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

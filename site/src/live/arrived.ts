/** Begins when the address is the new page's: the router swaps the pages first and changes the address after, so elements that read it wait a turn. */
export function arrived(element: HTMLElement, begin: () => void): void {
  setTimeout(() => {
    if (element.isConnected) begin();
  });
}

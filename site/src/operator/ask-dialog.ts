/** What a dialog asks before something is done. */
export interface Question {
  readonly title: string;
  readonly text: string;
  /** Words of the button that does it. */
  readonly action: string;
}

/** Asks for a reason in the page's dialog; null: thought better of it. */
export function askReason(dialog: HTMLDialogElement, { title, text, action }: Question): Promise<string | null> {
  const part = <T extends HTMLElement>(name: string) => dialog.querySelector<T>(`[data-${name}]`)!;
  part("title").textContent = title;
  part("text").textContent = text;
  part("confirm").textContent = action;
  const reason = part<HTMLTextAreaElement>("reason");
  reason.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  reason.focus();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => resolve(dialog.returnValue === "confirm" && reason.value.trim() !== "" ? reason.value.trim() : null),
      { once: true },
    );
  });
}

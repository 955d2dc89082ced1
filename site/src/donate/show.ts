import type { Action, PhaseWords } from "./phase-words.ts";

/** Sets the host's progress bar: a share, moving without one, or hidden. */
export function showProgress(host: ParentNode, progress: PhaseWords["progress"]): void {
  const bar = host.querySelector<HTMLProgressElement>("progress");
  if (!bar) return;
  bar.style.visibility = progress ? "visible" : "hidden";
  if (progress?.share == null) bar.removeAttribute("value");
  else bar.value = progress.share;
}

/** Shows the buttons that mean something now; focus stays on a button when the one it was on goes. */
export function showActions(host: ParentNode, actions: readonly Action[]): void {
  const buttons = [...host.querySelectorAll<HTMLButtonElement>("button[data-action]")];
  const focused = buttons.find((button) => button === document.activeElement);
  for (const button of buttons) button.hidden = !actions.some((action) => action === button.dataset.action);
  if (focused?.hidden) buttons.find((button) => !button.hidden)?.focus();
}

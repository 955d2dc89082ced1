import type { ExperimentStatus, OperatorStatus } from "../../../shared/protocol/operator.ts";
import { megabytes } from "../words.ts";
import { leasesWords, runsWords, shareWords } from "./words.ts";

/** Rows of the table of experiments; each has a button that pauses or resumes it, unless it is paused with the whole study. */
export function experimentRows(
  { experiments, paused }: Pick<OperatorStatus, "experiments" | "paused">,
  press: (experiment: ExperimentStatus) => void,
): HTMLTableRowElement[] {
  return experiments.map((experiment) => {
    const row = document.createElement("tr");
    const name = document.createElement("th");
    name.scope = "row";
    name.append(experiment.title, line("code", experiment.id));
    if (experiment.paused !== null) name.append(line("span", `Paused: ${experiment.paused}`));
    const cells = [
      runsWords(experiment),
      shareWords(experiment),
      leasesWords(experiment),
      `${experiment.results.toLocaleString("en")} (${experiment.resultsLastHour})`,
      megabytes(experiment.bytes),
    ].map((text) => Object.assign(document.createElement("td"), { textContent: text }));
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "quiet",
      textContent: experiment.paused === null ? "Pause" : "Resume",
    });
    button.setAttribute("aria-label", `${button.textContent} ${experiment.id}`);
    button.addEventListener("click", () => press(experiment));
    const last = document.createElement("td");
    last.append(paused !== null && experiment.paused === paused ? "with the study" : button);
    row.append(name, ...cells, last);
    return row;
  });
}

const line = (tag: "code" | "span", text: string) => Object.assign(document.createElement(tag), { textContent: text });

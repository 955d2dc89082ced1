import type { AuditRecord } from "../../../shared/protocol/audit.ts";
import type { Provenance } from "../../../shared/protocol/result.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { volunteerName } from "../data/volunteer-name.ts";
import { deviceWords } from "../report/origins.ts";
import { runAddress } from "../report/run-address.ts";
import { checkWords, type ShardCheck } from "../report/shard-check.ts";
import { duration, instant, plural, typeset } from "../words.ts";
import type { FoundRun } from "./found-run.ts";

const element = <K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

/** "BatchNorm, learning rate 0.1, seed 3" */
export const runName = ({ variant, run }: FoundRun): string => `${typeset(variant.label)}, seed ${run.seed}`;

/** "1,000 of 1,000 steps in 5 shards; finished." */
export function runWords({ experiment, run }: FoundRun): string {
  const length = `${run.trainedSteps.toLocaleString("en")} of ${plural(experiment.plan.spec.steps, "step")}`;
  const state = run.divergedAt === null ? run.state : `diverged at step ${run.divergedAt.toLocaleString("en")}`;
  return `${length} in ${plural(run.provenance.length, "shard")}; ${state}.`;
}

/**
 * One shard: who trained it on what, how far others checked it, and the hashes by which it can be checked.
 * @param check as the snapshot tells it  @param isMeant whether the address is about a point of it
 */
export function shardItem(shard: Provenance, names: StudySnapshot["names"], check: ShardCheck, isMeant: boolean): HTMLLIElement {
  const who = element(
    "a",
    { href: `/contribution?of=${encodeURIComponent(shard.volunteer.slice(0, 16))}` },
    volunteerName(shard.volunteer, names),
  );
  const hashes = [
    ["Model", shard.modelSha256],
    ["Begins with checkpoint", shard.startCheckpoint ?? "none: step 0"],
    ["Ends in checkpoint", shard.endCheckpoint ?? "none: it diverged"],
  ].map(([name, hash]) => element("div", {}, element("dt", {}, name!), element("dd", {}, element("code", {}, hash!))));
  const item = element(
    "li",
    {},
    element(
      "h3",
      {},
      `Steps ${shard.fromStep.toLocaleString("en")}\u2060–\u2060${shard.toStep.toLocaleString("en")}`,
      ...(isMeant ? [element("span", {}, " the point you came from")] : []),
    ),
    element("p", {}, who, `, ${deviceWords(shard.device)}`),
    element(
      "p",
      { className: "small" },
      `Trained in ${duration(shard.trainMs / 1000)}, tested in ${duration(shard.evaluateMs / 1000)}; accepted ${instant(shard.acceptedAt)}.`,
    ),
    element("dl", {}, ...hashes),
    element("p", { className: "small audit" }, `Audit: ${checkWords(check)}.`),
  );
  item.dataset["shard"] = shard.shard;
  item.toggleAttribute("data-meant", isMeant);
  return item;
}

/** What is known of a shard's audits, in words. */
export function auditWords(audits: readonly AuditRecord[]): string {
  if (audits.length === 0) return "Not drawn for an audit: its numbers were checked against each other when it was handed in.";
  return audits
    .map(({ fromStep, toStep, verdict, outcomes }) => {
      const by = [...new Set(outcomes.map((outcome) => outcome.by))].join(" and ");
      return `Steps ${fromStep}–${toStep} ${verdict === null ? "are drawn for an audit, which is not settled yet" : `trained again${by && ` by ${by}`}: ${verdict}`}.`;
    })
    .join(" ");
}

/** All runs as links, by experiment and variant. */
export function runList(found: readonly FoundRun[]): readonly HTMLElement[] {
  const byExperiment = Map.groupBy(found, ({ experiment }) => experiment.id);
  return [...byExperiment.values()].map((runs) => {
    const byVariant = Map.groupBy(runs, ({ variant }) => variant.id);
    const lines = [...byVariant.values()].map((own) =>
      element(
        "li",
        {},
        element("span", {}, typeset(own[0]!.variant.label)),
        element(
          "p",
          {},
          ...own.map(({ experiment, variant, run }) =>
            element(
              "a",
              { href: runAddress({ experiment: experiment.id, variant: variant.id, seed: run.seed, step: null }) },
              `seed ${run.seed}`,
            ),
          ),
        ),
      ),
    );
    return element(
      "section",
      {},
      element("h2", {}, runs[0]!.experiment.title),
      element("p", { className: "small" }, runs[0]!.experiment.id),
      element("ul", {}, ...lines),
    );
  });
}

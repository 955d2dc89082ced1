import { expect, test } from "vitest";
import type { LeaseReply, LeaseRequest } from "../../../shared/protocol/lease.ts";
import type { Coordinator } from "../../../shared/volunteer/ports.ts";
import { inOrder } from "../../../scripts/volunteer/in-order.ts";
import { leaseRequest } from "../../workerd/tiny.ts";

/** Answers with a lease for the experiments that have work, and remembers whom it was asked for. */
function coordinator(withWork: readonly string[], retry: Readonly<Record<string, number>> = {}) {
  const asked: (string | undefined)[] = [];
  const lease = ({ experiment }: LeaseRequest): Promise<LeaseReply> => {
    asked.push(experiment);
    if (experiment === undefined || withWork.includes(experiment)) {
      return Promise.resolve({ kind: "lease", lease: { id: experiment } } as unknown as LeaseReply);
    }
    return Promise.resolve({ kind: "idle", reason: experiment, retryAfterSeconds: retry[experiment] ?? 30 });
  };
  return { asked, port: { lease } as unknown as Coordinator };
}

test("the first experiment that has a shard is taken", async () => {
  const { asked, port } = coordinator(["b", "c"]);
  expect(await inOrder(port, () => ["a", "b", "c"]).lease(leaseRequest())).toMatchObject({ kind: "lease", lease: { id: "b" } });
  expect(asked).toEqual(["a", "b"]);
});

test("a shard that is kept here goes first, if its experiment is wanted", async () => {
  const { asked, port } = coordinator(["a", "b"]);
  await inOrder(port, () => ["a", "b"]).lease(leaseRequest({ prefer: "b.standard.s1.k0" }));
  await inOrder(port, () => ["a", "b"]).lease(leaseRequest({ prefer: "c.standard.s1.k0" }));
  expect(asked).toEqual(["b", "a"]);
});

test("the order is read anew for every lease; without one the coordinator chooses", async () => {
  const { asked, port } = coordinator(["a", "b"]);
  let order = ["a"];
  const ordered = inOrder(port, () => order);
  await ordered.lease(leaseRequest());
  order = ["b"];
  await ordered.lease(leaseRequest());
  order = [];
  await ordered.lease(leaseRequest());
  expect(asked).toEqual(["a", "b", undefined]);
});

test("when nobody has a shard, the shortest wait is the answer", async () => {
  const { port } = coordinator([], { a: 300, b: 40, c: 60 });
  expect(await inOrder(port, () => ["a", "b", "c"]).lease(leaseRequest())).toEqual({
    kind: "idle",
    reason: "b",
    retryAfterSeconds: 40,
  });
});

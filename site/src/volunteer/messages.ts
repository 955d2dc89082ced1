import type { Conduct } from "../../../shared/volunteer/conduct.ts";
import type { VolunteerView } from "../../../shared/volunteer/view.ts";
import type { SocketEvent } from "../../../shared/protocol/socket.ts";
import type { Asked } from "./resume.ts";

/** From the page to the Web Worker. */
export type ToWorker =
  | {
      readonly kind: "start";
      readonly wish: "run" | "pause";
      readonly conduct: Conduct;
      readonly asked: Asked;
      readonly losses: number;
      readonly notes: VolunteerView["notes"];
    }
  | { readonly kind: "conduct"; readonly conduct: Conduct }
  | { readonly kind: "pause" | "resume" | "stop" };

/** From the Web Worker to the page. */
export type FromWorker =
  /** Without `examples`: they are as before. They hold pictures, and views come ten times a second. */
  | {
      readonly kind: "view";
      readonly view: Omit<VolunteerView, "examples">;
      readonly examples?: VolunteerView["examples"];
      readonly leaseId: string | null;
      /** Moved over the network since the view before. */
      readonly bytes: number;
    }
  /** The coordinator told everyone. */
  | { readonly kind: "news"; readonly event: SocketEvent }
  /** The coordinator asks whether a person is there. */
  | { readonly kind: "check" }
  /** ONNX Runtime cannot get over a lost device in the same Web Worker: the page starts another. */
  | { readonly kind: "restart"; readonly losses: number };

import type { Hono } from "hono";
import { openAPIRouteHandler } from "hono-openapi";
import { PROTOCOL_VERSION } from "../shared/protocol/version.ts";
import type { Api } from "./admission.ts";

/** `GET /api/openapi.json`: OpenAPI 3.1, from the schemas that check the requests. */
export const openApi = (app: Hono<Api>) =>
  openAPIRouteHandler(app, {
    documentation: {
      openapi: "3.1.0",
      info: {
        title: "BatchNorm@home",
        version: `${PROTOCOL_VERSION}.0.0`,
        description:
          "The coordinator of a reproduction of “How Does Batch Normalization Help Optimization?” (Santurkar et al., 2018). Volunteers show a key, lease shards of runs and hand in results; anyone reads merged metrics; holders of the token ask for reruns. Errors are RFC 9457 problems that say what was got, what was wanted, and what to do.",
      },
      tags: [
        { name: "volunteer", description: "Lease, train, hand in" },
        { name: "report", description: "Read what came out" },
        { name: "reruns", description: "Train an experiment again" },
        { name: "operator", description: "Keep the study running" },
      ],
      components: {
        securitySchemes: {
          rerunToken: { type: "http", scheme: "bearer" },
          session: { type: "http", scheme: "bearer" },
          operatorToken: { type: "http", scheme: "bearer" },
        },
      },
    },
    exclude: ["/api/openapi.json"],
    defaultValidationErrorResponse: false,
  });

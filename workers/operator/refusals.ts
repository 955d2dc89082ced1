/** How every endpoint of the operator may refuse, for the OpenAPI document. */
export const OPERATOR_REFUSALS = {
  401: "No token",
  403: "Wrong token",
  429: "Too many requests",
  503: "The operator's API is switched off here",
} as const;

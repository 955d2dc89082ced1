/** A question of the report, and the claims that answer it, in the order in which its figures show them. */
export interface ClaimSection {
  /** The section's heading on the page. */
  readonly slug: string;
  readonly question: string;
  readonly claims: readonly string[];
}

export const claimSections: readonly ClaimSection[] = [
  { slug: "does-it-help", question: "Does it help?", claims: ["C1", "C2", "C3", "C4", "D1a", "D2"] },
  {
    slug: "is-it-covariate-shift",
    question: "Is it covariate shift?",
    claims: ["C5a", "C5b", "C7", "C6a", "C6b", "C9", "C10", "C11", "D3", "D4"],
  },
  {
    slug: "what-then-the-landscape",
    question: "What then: the landscape",
    claims: ["C12", "C13", "C14a", "C14b", "C15a", "C15b", "C15c", "D7a", "D7b", "D6", "D5a", "D5b"],
  },
  { slug: "do-other-norms-do-it-too", question: "Do other norms do it too?", claims: ["C8a", "C8b", "C8c", "D1b"] },
];

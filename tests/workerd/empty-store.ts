import { reset } from "cloudflare:test";
import { afterAll, beforeAll, vi } from "vitest";

/** Files share a workerd and its modules, and leave each other nothing else: each begins with empty objects, KV and R2. */
beforeAll(reset);
afterAll(() => void vi.restoreAllMocks());

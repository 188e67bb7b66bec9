import type { LedgerLimits } from "./ledger.js";

/** For ledgers that are used without a kernel. */
export const limits: LedgerLimits = { file: 1e7, command: 1e8, entries: 10_000, session: 1e9 };

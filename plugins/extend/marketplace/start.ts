import type { KernelView } from "../../../core/types.js";
import type { Verifier } from "./trust/verify.js";

/** What the start of a run knows. */
export interface Start {
  readonly kernel: KernelView;
  verifier(): Promise<Verifier>;
}

import type { JsonValue } from "../../../../schemas/json.js";
import { typeOf } from "../../../../schemas/setting-values.js";

/** The result of a step, for the steps that use it. */
export class Handed {
  readonly text: string;
  readonly #details: unknown;

  constructor(text: string, details?: unknown) {
    this.text = text;
    this.#details = details;
  }

  /** The result as a tool wants it: its text, or what it says in a structure. A schema says later whether it fits. */
  as(types: readonly string[]): JsonValue {
    if (types.length === 0 || types.includes("string")) return this.text;
    if (types.includes(typeOf(this.#details))) return this.#details;
    const said = fromJson(this.text);
    const isWhole = types.includes("integer") && Number.isInteger(said);
    return isWhole || types.includes(typeOf(said)) ? said : this.text;
  }
}

function fromJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

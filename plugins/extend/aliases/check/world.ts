import type { ToolSpec } from "../../../../schemas/tool.js";
import type { Place } from "../../diagnostic.js";
import type { Book } from "../book.js";

/** What an alias is checked against. */
export interface World {
  readonly book: Pick<Book, "resolve" | "all">;
  readonly tools: readonly ToolSpec[];
}

/** Takes one fault. */
export type Report = (at: Place, message: string, fix?: string) => void;

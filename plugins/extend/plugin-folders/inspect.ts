import type { Diagnostic, Inventory, KindReader, Package, Part } from "../../../schemas/parts.js";
import { forgetStamps } from "../stamp.js";
import { answerOf } from "./shelf.js";

/** Reads all parts of one package. */
export async function inspect(found: Package, readers: readonly KindReader[]): Promise<Inventory> {
  const parts: Part[] = [];
  const problems: Diagnostic[] = [...found.problems];
  for (const reader of found.usable ? readers : []) {
    if (!found.places[reader.name]) continue;
    const answer = await answerOf(reader, found);
    parts.push(...answer.parts);
    problems.push(...answer.problems);
  }
  forgetStamps();
  return { package: found, parts, problems };
}

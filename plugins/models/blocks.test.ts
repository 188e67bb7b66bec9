import fc from "../../test/check.js";
import { expect, it } from "vitest";
import type { Chunk } from "../../schemas/provider.js";
import { Blocks } from "./blocks.js";

type Piece = { readonly kind: "text" | "thinking" } | { readonly kind: "call"; readonly key: number };

const piece: fc.Arbitrary<Piece> = fc.oneof(
  fc.record({ kind: fc.constantFrom("text" as const, "thinking" as const) }),
  fc.record({ kind: fc.constant("call" as const), key: fc.nat(3) }),
);

it("keeps every piece in order within its block, with one block open at a time, however pieces are interleaved", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const blocks = new Blocks();
      const chunks: Chunk[] = [];
      const sent: Record<string, string> = {};
      for (const [at, each] of pieces.entries()) {
        const mark = `${at},`;
        const key = each.kind === "call" ? `call ${each.key}` : each.kind;
        sent[key] = (sent[key] ?? "") + mark;
        if (each.kind !== "call") chunks.push(...blocks.say(each.kind, mark));
        else {
          if (!blocks.has(key)) chunks.push(...blocks.call(key, key, "Tool"));
          chunks.push(...blocks.input(key, mark));
        }
      }
      expect(collect([...chunks, ...blocks.end()])).toEqual(sent);
    }),
  );
});

/** What arrived by call, and by kind for text and thinking. Checks that the blocks follow one another. */
function collect(chunks: readonly Chunk[]): Record<string, string> {
  const received: Record<string, string> = {};
  let key: string | undefined;
  let next = 0;
  for (const chunk of chunks) {
    if (chunk.type === "block") {
      expect([key, chunk.index]).toEqual([undefined, next++]);
      key = chunk.block.type === "tool_use" ? chunk.block.id : chunk.block.type;
      continue;
    }
    expect([key === undefined, "index" in chunk && chunk.index]).toEqual([false, next - 1]);
    if (chunk.type === "block_end") key = undefined;
    else if (chunk.type === "text") received[key ?? ""] = (received[key ?? ""] ?? "") + chunk.text;
    else if (chunk.type === "thinking") received[key ?? ""] = (received[key ?? ""] ?? "") + chunk.thinking;
    else if (chunk.type === "input") received[key ?? ""] = (received[key ?? ""] ?? "") + chunk.json;
  }
  expect(key).toBeUndefined();
  return received;
}

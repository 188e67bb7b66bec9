import type { Chunk } from "../../../schemas/provider.js";

const PIECES = { text: "text", thinking: "thinking", signature: "signature", input: "json" } as const;

/** The same answer with neighbouring pieces joined, so that no word is cut in two. */
export function joined(chunks: readonly Chunk[]): Chunk[] {
  const whole: Chunk[] = [];
  for (const chunk of chunks) {
    const last = whole.at(-1);
    const key = chunk.type in PIECES ? PIECES[chunk.type as keyof typeof PIECES] : undefined;
    if (key === undefined || last?.type !== chunk.type || !("index" in last && "index" in chunk)) whole.push(chunk);
    else if (last.index !== chunk.index) whole.push(chunk);
    else whole[whole.length - 1] = { ...last, [key]: textOf(last, key) + textOf(chunk, key) } as Chunk;
  }
  return whole;
}

function textOf(chunk: Chunk, key: string): string {
  return String((chunk as unknown as Readonly<Record<string, unknown>>)[key] ?? "");
}

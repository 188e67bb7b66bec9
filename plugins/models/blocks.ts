import { MOST_CALLS } from "../../schemas/draft.js";
import type { Chunk } from "../../schemas/provider.js";

type Kind = "text" | "thinking" | "call";

interface Entry {
  readonly kind: Kind;
  readonly id: string;
  name: string;
  /** What arrived before the block could be opened. */
  held: string;
}

/**
 * Puts the pieces of an answer into blocks of which one is open at a time, numbered from 0. Text and thinking end when
 * something else begins. Calls may arrive interleaved: the first is passed on as it comes, what arrives beside it is
 * held until `end`.
 */
export class Blocks {
  #index = -1;
  #open: Entry | undefined;
  #waiting: Entry[] = [];
  readonly #calls = new Map<string, Entry>();

  /** Calls seen so far. */
  get calls(): number {
    return this.#calls.size;
  }

  /** A piece of text or thinking. */
  say(kind: "text" | "thinking", piece: string): Chunk[] {
    if (piece === "") return [];
    if (this.#open?.kind === kind && this.#waiting.length === 0) return [this.#delta(kind, piece)];
    if (this.#open?.kind !== "call" && this.#waiting.length === 0)
      return this.#start({ kind, id: "", name: "", held: piece });
    const last = this.#waiting.at(-1);
    if (last?.kind === kind) last.held += piece;
    else this.#waiting.push({ kind, id: "", name: "", held: piece });
    return [];
  }

  has(key: string): boolean {
    return this.#calls.has(key);
  }

  /** A call begins. Its name may be empty as long as it is not known. Throws when there are too many. */
  call(key: string, id: string, name: string): Chunk[] {
    if (this.calls >= MOST_CALLS) throw new Error(`has more than ${MOST_CALLS} calls`);
    const entry: Entry = { kind: "call", id, name, held: "" };
    this.#calls.set(key, entry);
    this.#waiting.push(entry);
    return this.#advance();
  }

  /** A call's name has arrived. */
  named(key: string, name: string): Chunk[] {
    const entry = this.#calls.get(key);
    if (entry) entry.name ||= name;
    return this.#advance();
  }

  /** A piece of a call's input, as JSON text. */
  input(key: string, piece: string): Chunk[] {
    const entry = this.#calls.get(key);
    if (!entry || piece === "") return [];
    if (entry === this.#open) return [this.#delta("call", piece)];
    entry.held += piece;
    return [];
  }

  /** No more pieces will come: closes what is open and passes on what was held. Throws for a call without a name. */
  end(): Chunk[] {
    const chunks: Chunk[] = [];
    for (const entry of this.#waiting) {
      if (entry.kind === "call" && entry.name === "") throw new Error("has a tool call without a name");
      for (const chunk of this.#start(entry)) chunks.push(chunk);
    }
    this.#waiting = [];
    return [...chunks, ...this.#close()];
  }

  /** Opens the call that waits in front when nothing but finished text stands before it. */
  #advance(): Chunk[] {
    const [next] = this.#waiting;
    if (!next || next.name === "" || this.#open?.kind === "call") return [];
    this.#waiting.shift();
    return this.#start(next);
  }

  #start(entry: Entry): Chunk[] {
    const closing = this.#close();
    this.#open = entry;
    this.#index += 1;
    const { kind, id, name, held } = entry;
    const block =
      kind === "call"
        ? ({ type: "tool_use", id, name } as const)
        : kind === "text"
          ? ({ type: "text", text: "" } as const)
          : ({ type: "thinking", thinking: "" } as const);
    const opening: Chunk = { type: "block", index: this.#index, block };
    return [...closing, opening, ...(held === "" ? [] : [this.#delta(kind, held)])];
  }

  #close(): Chunk[] {
    if (!this.#open) return [];
    this.#open = undefined;
    return [{ type: "block_end", index: this.#index }];
  }

  #delta(kind: Kind, piece: string): Chunk {
    const index = this.#index;
    if (kind === "text") return { type: "text", index, text: piece };
    if (kind === "thinking") return { type: "thinking", index, thinking: piece };
    return { type: "input", index, json: piece };
  }
}

/** One key's share of a front matter that cannot be read as a whole. */
interface Piece {
  readonly key: string;
  /** Line inside of the block, from 0. */
  readonly line: number;
  readonly lines: string[];
}

export interface Recovered {
  readonly data: Readonly<Record<string, unknown>>;
  /** Keys whose value is taken as it is written, and keys given twice; with their line inside of the block, from 0. */
  readonly faults: readonly { readonly key: string; readonly line: number; readonly twice?: boolean }[];
}

/** Keys that are seen beside the documented ones: they end the value before them. */
const COMMON =
  "name description version author license metadata category triggers tags keywords homepage repository compatibility " +
  "color model tools allowed-tools allowed_tools disallowed-tools disallowedTools argument-hint arguments capabilities " +
  "when_to_use user-invocable disable-model-invocation context agent hooks paths shell effort skills maxTurns " +
  "permissionMode background isolation memory mcpServers initialPrompt keep-coding-instructions " +
  "hide-from-slash-command-tool";

/** Values that run over lines which look like keys and are none, such as a dialogue. */
const PROSE: ReadonlySet<string> = new Set(["description", "when_to_use"]);

/**
 * Reads a front matter that YAML refuses key by key: it is split at lines that begin with a known key; what `parse`
 * refuses of a value alone is taken as text. `parse` may throw.
 */
export function recover(block: string, keys: readonly string[], parse: (yaml: string) => unknown): Recovered {
  const data: Record<string, unknown> = {};
  const faults: { key: string; line: number; twice?: boolean }[] = [];
  for (const piece of split(block, new Set([...keys, ...COMMON.split(" ")]))) {
    const { key, line } = piece;
    // It would become what the object falls back to.
    if (key === "__proto__") continue;
    if (Object.hasOwn(data, key)) {
      faults.push({ key, line, twice: true });
      continue;
    }
    try {
      data[key] = valueOf(parse(piece.lines.join("\n")), key);
    } catch {
      data[key] = asText(piece);
      faults.push({ key, line });
    }
  }
  return { data, faults };
}

function valueOf(parsed: unknown, key: string): unknown {
  const isOnly = typeof parsed === "object" && parsed !== null && Object.keys(parsed).join() === key;
  if (!isOnly) throw new Error("other keys came of it");
  return (parsed as Readonly<Record<string, unknown>>)[key];
}

function split(block: string, known: ReadonlySet<string>): readonly Piece[] {
  const pieces: Piece[] = [];
  const lastClosing = block.lastIndexOf("</example>");
  let inExample = false;
  let offset = 0;
  for (const [line, text] of block.split("\n").entries()) {
    const key = /^([A-Za-z_][\w-]*)[ \t]*:(?:\s|$)/.exec(text)?.[1];
    const isText = inExample || !(known.has(key ?? "") || !PROSE.has(pieces.at(-1)?.key ?? ""));
    if (key !== undefined && !isText) pieces.push({ key, line, lines: [text] });
    else if (!/^(?:---|\.\.\.)/.test(text)) pieces.at(-1)?.lines.push(text);
    // Dialogue in an <example> that is closed again is text, whatever its lines begin with.
    if (text.includes("<example>")) inExample = offset < lastClosing;
    if (text.includes("</example>")) inExample = text.lastIndexOf("<example>") > text.lastIndexOf("</example>");
    offset += text.length + 1;
  }
  return pieces;
}

/** A value as it stands: a list where it is written as one, else text without its quotes or block sign. */
function asText({ key, lines }: Piece): string | readonly string[] {
  const first = lines[0]!.slice(lines[0]!.indexOf(":", key.length) + 1).trim();
  const rest = lines.slice(1).map((line) => line.trim());
  const items = rest.filter((line) => line !== "" && !line.startsWith("#"));
  if (first === "" && items.length > 0 && items.every((line) => /^-\s/.test(line))) {
    return items.map((line) => unquoted(line.slice(1).trim()));
  }
  const folded = /^>[-+]?$/.test(first);
  const isBlock = folded || /^\|[-+]?$/.test(first);
  return unquoted([...(isBlock ? [] : [first]), ...rest].join(folded ? " " : "\n").trim());
}

function unquoted(text: string): string {
  const quote = text[0];
  if (quote !== '"' && quote !== "'") return text;
  // Either a whole quoted text, or one whose closing quote is missing: then only the opening one goes.
  const end = text.lastIndexOf(quote);
  if (end === text.length - 1 && end > 0) return text.slice(1, -1);
  return text.indexOf(quote, 1) < 0 ? text.slice(1) : text;
}

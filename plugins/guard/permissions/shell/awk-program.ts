/** What starts programs, opens files, loads code, or changes what is read. */
const REFUSED: ReadonlySet<string> = new Set(
  "system getline ARGV ARGC ENVIRON SYMTAB FUNCTAB PROCINFO extension func_call close fflush".split(" "),
);

interface Token {
  readonly kind: "word" | "number" | "string" | "regex" | "sign" | "end";
  readonly text: string;
}

const TOKEN =
  /(?<space>[ \t\r]+|\\\n|#[^\n]*)|(?<string>"(?:[^"\\\n]|\\[\s\S])*")|(?<word>[A-Za-z_]\w*)|(?<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?<end>[;\n{}])|(?<sign>\|\||&&|[=!<>]=|\+\+|--|[-+*/%^]=|!~|[-+*/%^<>!~?:,()[\]$=])/y;
/** A bracket in it has to be closed, so that its end is certain. */
const REGEX = /\/((?:[^/\\\n[]|\\[^\n]|\[\^?\]?[^\]/\n]*\])*)\//y;

/** True for an awk program that only looks at its input and prints: it runs nothing, and opens no file by itself. */
export function onlyLooks(program: string): boolean {
  const tokens = program.length <= 5_000 ? tokensOf(program) : undefined;
  if (!tokens) return false;
  let printing = false;
  let depth = 0;
  let last: Token | undefined;
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind === "word" && REFUSED.has(text) && !isNextLine(tokens, at)) return false;
    if (text === "\n" && last && GOES_ON.has(last.text)) continue;
    if (kind === "end") printing = false;
    last = tokens[at];
    if (kind === "word" && (text === "print" || text === "printf")) {
      printing = true;
      depth = 0;
    }
    if (text === "(" || text === "[") depth++;
    if (text === ")" || text === "]") depth--;
    if (printing && depth <= 0 && kind === "sign" && text === ">" && !isStream(tokens[at + 1], tokens[at + 2]))
      return false;
  }
  return true;
}

/** `getline` as a statement of its own: neither from a program before it, nor from a file behind it. */
function isNextLine(tokens: readonly Token[], at: number): boolean {
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  return tokens[at]!.text === "getline" && before?.kind === "end" && before.text !== "\n" && after?.kind === "end";
}

/** After them a line break ends nothing. */
const GOES_ON: ReadonlySet<string> = new Set([",", "&&", "||", "?", ":"]);

/** What is written to a stream of the program's own is kept nowhere. */
function isStream(token: Token | undefined, next: Token | undefined): boolean {
  const isName = token?.kind === "string" && /^"\/dev\/std(?:err|out)"$/.test(token.text);
  return isName && (next === undefined || next.kind === "end");
}

function tokensOf(program: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const conditions: boolean[] = [];
  let uncertain = false;
  for (let place = 0; place < program.length;) {
    const isSlash = program[place] === "/";
    if (isSlash && uncertain) return undefined;
    const isRegex = isSlash && !isOperand(tokens.at(-1));
    const pattern = isRegex ? REGEX : TOKEN;
    pattern.lastIndex = place;
    const found = pattern.exec(program);
    if (!found) return undefined;
    place = pattern.lastIndex;
    if (isRegex) {
      tokens.push({ kind: "regex", text: found[0] });
      uncertain = true;
      continue;
    }
    const [kind, text] = Object.entries(found.groups ?? {}).find(([, one]) => one !== undefined) ?? ["space", ""];
    if (kind === "space") continue;
    if (text === "(") conditions.push(/^(?:if|while|for|switch)$/.test(tokens.at(-1)?.text ?? ""));
    uncertain = text === ")" ? (conditions.pop() ?? true) : UNCERTAIN.test(text!);
    tokens.push({ kind: kind as Token["kind"], text: text! });
  }
  return tokens;
}

const BEFORE_REGEX: ReadonlySet<string> = new Set("print printf return case in else do exit".split(" "));
/** After these, and after a condition, it depends on more than the token whether a slash divides or begins an expression. */
const UNCERTAIN = /^(?:\$|\+\+|--|length)$/;

/** After a value a slash divides. */
function isOperand(token: Token | undefined): boolean {
  if (!token) return false;
  if (token.kind === "word") return !BEFORE_REGEX.has(token.text);
  return token.kind === "number" || token.kind === "string" || token.text === ")" || token.text === "]";
}

import { EOF, type IRecognitionException, type IToken } from "chevrotain";
import { AliasParser } from "./grammar.js";
import type { Fault, Statement } from "./syntax.js";
import { Alias, Colon, Include, LeftBrace, LeftBracket, LeftParen, Name, Stray, Unalias, Unclosed } from "./tokens.js";
import { RightBrace, RightBracket, RightParen, tokensOf } from "./tokens.js";

/** Brackets inside of brackets, at most. */
const DEEPEST = 64;
/** Faults of one file that are told. */
const MOST_FAULTS = 100;

export interface Parsed {
  readonly statements: readonly Statement[];
  readonly faults: readonly Fault[];
  /** Names of aliases whose declaration could not be read, with what is wrong. */
  readonly broken: ReadonlyMap<string, Fault>;
}

let parser: AliasParser | undefined;

/** Reads a text of statements. A statement that cannot be read costs itself alone. */
export function parse(text: string): Parsed {
  parser ??= new AliasParser();
  const statements: Statement[] = [];
  const faults: Fault[] = [];
  const broken = new Map<string, Fault>();
  for (const tokens of chunks(tokensOf(text))) {
    if (faults.length >= MOST_FAULTS) break;
    const fault = unreadable(tokens) ?? run(parser, tokens);
    faults.push(...parser.faults, ...(fault ? [fault] : []));
    const name = tokens[0]?.tokenType === Alias && tokens[1]?.tokenType === Name ? tokens[1].image : undefined;
    const first = parser.faults[0] ?? fault;
    if (!first) statements.push(...parser.statements);
    else if (name !== undefined && !broken.has(name)) broken.set(name, first);
    parser.reset();
  }
  return { statements, faults, broken };
}

/** Parses what stands in one chunk into the parser's own lists. */
function run(parser: AliasParser, tokens: IToken[]): Fault | undefined {
  parser.input = tokens;
  parser.file();
  const error = parser.errors[0];
  return error && { ...placeOf(error, tokens), message: error.message };
}

/** Where an error stands. At the end there is no token any more: the end of the last one stands for it. */
function placeOf({ token }: IRecognitionException, tokens: readonly IToken[]): Pick<Fault, "line" | "column"> {
  const last = tokens.at(-1);
  if (token.tokenType !== EOF) return { line: token.startLine ?? 1, column: token.startColumn ?? 1 };
  return { line: last?.endLine ?? 1, column: last?.endColumn ?? 1 };
}

/** What cannot even be parsed: strings without an end, foreign characters, brackets without end. */
function unreadable(tokens: readonly IToken[]): Fault | undefined {
  let depth = 0;
  for (const { tokenType, image, startLine: line = 1, startColumn: column = 1 } of tokens) {
    if (tokenType === Unclosed)
      return {
        line,
        column,
        message: `The string is not closed: ${image.charAt(0)} is missing at the end of the line.`,
      };
    if (tokenType === Stray) return { line, column, message: `${JSON.stringify(image)} means nothing here.` };
    if (tokenType === LeftParen || tokenType === LeftBracket || tokenType === LeftBrace) depth++;
    if (tokenType === RightParen || tokenType === RightBracket || tokenType === RightBrace) depth--;
    if (depth > DEEPEST) return { line, column, message: `Brackets are nested deeper than ${DEEPEST}.` };
  }
  return undefined;
}

/** Cuts before each keyword of a statement that begins a line, so that an error ends with its statement. */
function* chunks(tokens: readonly IToken[]): Generator<IToken[]> {
  let chunk: IToken[] = [];
  for (const [place, token] of tokens.entries()) {
    const { tokenType, startLine } = token;
    const begins = tokenType === Alias || tokenType === Unalias || tokenType === Include;
    const isName = tokens[place + 1]?.tokenType === Colon;
    if (begins && !isName && chunk.length > 0 && chunk.at(-1)?.endLine !== startLine) {
      yield chunk;
      chunk = [];
    }
    chunk.push(token);
  }
  if (chunk.length > 0) yield chunk;
}

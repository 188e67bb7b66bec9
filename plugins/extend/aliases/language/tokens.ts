import { createToken, Lexer, type IToken, type TokenType } from "chevrotain";

interface Extra {
  readonly longer?: TokenType;
  readonly categories?: TokenType;
}

/** A token; its name is how messages call it. */
function token(name: string, pattern: RegExp | string, { longer, categories }: Extra = {}): TokenType {
  return createToken({ name, pattern, ...(longer && { longer_alt: longer }), ...(categories && { categories }) });
}

/** Anything that can stand before the colon of an argument: a name, a keyword too. */
export const Key: TokenType = createToken({ name: "the name of an argument", pattern: Lexer.NA });
export const Name: TokenType = token("a name", /[A-Za-z_][A-Za-z0-9_-]*/, { categories: Key });

const keyword = (word: string): TokenType => token(word, word, { longer: Name, categories: Key });
export const Alias: TokenType = keyword("alias");
export const Unalias: TokenType = keyword("unalias");
export const Include: TokenType = keyword("include");
export const When: TokenType = keyword("when");
export const As: TokenType = keyword("as");
export const With: TokenType = keyword("with");
export const Or: TokenType = keyword("or");
export const And: TokenType = keyword("and");
export const Not: TokenType = keyword("not");
export const True: TokenType = token("true", "true", { longer: Name });
export const False: TokenType = token("false", "false", { longer: Name });
export const Null: TokenType = token("null", "null", { longer: Name });

export const Variable: TokenType = token("a variable", /\$[A-Za-z_][A-Za-z0-9_-]*/);
export const Duration: TokenType = token("a duration", /\d+(?:ms|s|m|h)(?![A-Za-z0-9_-])/);
export const Num: TokenType = token("a number", /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/);
/** `"..."` with escapes, or `'...'` raw; both end on their line. */
export const Str: TokenType = token("a string", /"(?:[^"\\\r\n]|\\[^\r\n])*"|'[^'\r\n]*'/);
export const Unclosed: TokenType = token("a string that is not closed", /["'][^\r\n]*/);

export const Spread: TokenType = token("...", "...");
export const Dot: TokenType = token(".", ".");
export const OrElse: TokenType = token("||", "||");
export const Pipe: TokenType = token("|", "|");
export const AndThen: TokenType = token("&&", "&&");
export const Semicolon: TokenType = token(";", ";");
export const Same: TokenType = token("==", "==");
export const Other: TokenType = token("!=", "!=");
export const Equals: TokenType = token("=", "=");
export const At: TokenType = token("@", "@");
export const Colon: TokenType = token(":", ":");
export const Comma: TokenType = token(",", ",");
export const LeftParen: TokenType = token("(", "(");
export const RightParen: TokenType = token(")", ")");
export const LeftBracket: TokenType = token("[", "[");
export const RightBracket: TokenType = token("]", "]");
export const LeftBrace: TokenType = token("{", "{");
export const RightBrace: TokenType = token("}", "}");
/** Any other character: the parser says where it stands. */
export const Stray: TokenType = token("a character that means nothing here", /[^]/u);

const Blank = createToken({ name: "blank", pattern: /\s+/, group: Lexer.SKIPPED, line_breaks: true });
const Comment = createToken({ name: "comment", pattern: /#[^\r\n]*/, group: Lexer.SKIPPED });

const WORDS = [Alias, Unalias, Include, When, As, With, Or, And, Not, True, False, Null];
const SIGNS = [Spread, Dot, OrElse, Pipe, AndThen, Semicolon, Same, Other, Equals, At, Colon, Comma];
const BRACKETS = [LeftParen, RightParen, LeftBracket, RightBracket, LeftBrace, RightBrace];

/** In the order they are tried. */
export const vocabulary: TokenType[] = [
  [Blank, Comment],
  WORDS,
  [Name, Key, Variable, Duration, Num, Str, Unclosed],
  SIGNS,
  BRACKETS,
  [Stray],
].flat();

let lexer: Lexer | undefined;

/** All tokens of a text. Every character belongs to one, so that nothing is lost. */
export function tokensOf(text: string): readonly IToken[] {
  lexer ??= new Lexer(vocabulary, { positionTracking: "full", ensureOptimizations: false });
  return lexer.tokenize(text).tokens;
}

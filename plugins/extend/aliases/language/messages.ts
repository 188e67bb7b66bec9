import { EOF, tokenMatcher, type IParserErrorMessageProvider, type IToken, type TokenType } from "chevrotain";
import { At, Key, LeftParen, Name, RightParen, Str, Variable, Duration, Num } from "./tokens.js";

const VALUES = [Str, Variable, Duration, Num];

/** What is wrong, in one sentence, for each way in which the grammar can be missed. */
export const messages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual, ruleName }) => {
    if (ruleName === "choices" && expected === Str && !ended(actual)) {
      return `The choices of a type are strings, as in ("error" | "warn"), not ${found(actual)}.`;
    }
    if (ruleName === "call" && expected === RightParen && VALUES.some((type) => tokenMatcher(actual, type))) {
      return `Arguments are named, as in name: ${actual.image}.`;
    }
    if (ruleName === "call" && expected === LeftParen) return missing('the "(" of a call', actual);
    return missing(inWords(expected), actual);
  },
  buildNoViableAltMessage: ({ actual, ruleName }) => missing(PLACES[ruleName] ?? "something else", actual[0]!),
  buildNotAllInputParsedMessage: ({ firstRedundant }) =>
    `A statement begins with alias, unalias or include, not with ${found(firstRedundant)}.`,
  buildEarlyExitMessage: ({ actual }) => missing("something else", actual[0]!),
};

/** What a rule begins with. */
const PLACES: Readonly<Record<string, string>> = {
  call: "a call, as in Tool(name: value) or @alias()",
  value: "a value",
  type: 'a type, such as string or ("error" | "warn")',
  fact: 'a condition, such as branch or exists("file")',
  modifier: "a value or a word",
};

function missing(expected: string, actual: IToken): string {
  if (ended(actual)) return `${capital(expected)} is missing at the end.`;
  return `${capital(expected)} is expected here, not ${found(actual)}.`;
}

function inWords(type: TokenType): string {
  if (type === Name || type === Str || type === Key) return type.name;
  return type === At ? 'a "@"' : `"${type.name}"`;
}

function found(token: IToken): string {
  const image = token.image.length > 40 ? `${token.image.slice(0, 39)}\u2026` : token.image;
  return image.startsWith('"') || image.startsWith("'") ? image : `"${image}"`;
}

function ended(token: IToken): boolean {
  return token.tokenType === EOF;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

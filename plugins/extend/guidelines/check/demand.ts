import { readContent, readImportEnding, readImportFrom } from "./demand-content.js";
import { readNaming } from "./demand-naming.js";
import { readSize } from "./demand-size.js";
import { isGenerated, isPath, isTestFile, pathTest, type PathTest } from "./paths.js";
import { placeAt, thingsAt, type Reading } from "./scope.js";
import { restAt, type Read } from "./sentence.js";
import { isThing, isWord, type Token } from "./tokens.js";

const UNSURE = "what it asks for has to be judged";

/** Reads what must or must always be: sizes, names, places, beginnings, endings of imports. A sentence on why not, otherwise. */
export function demand(tokens: readonly Token[], reading: Reading): readonly Read[] | string {
  return (
    readSize(tokens, reading) ??
    readNaming(tokens, reading) ??
    readPlace(tokens, reading) ??
    readImportEnding(tokens) ??
    readImportFrom(tokens) ??
    readContent(tokens, reading) ??
    UNSURE
  );
}

const STANDS = ["live", "go", "stand", "reside", "sit", "belong", "be"];

/** "Tests must live in `tests/`", "always put migrations in `db/`". */
function readPlace(tokens: readonly Token[], reading: Reading): readonly Read[] | undefined {
  const stands = tokens.findIndex(
    (token, at) => at > 0 && isWord(tokens[at - 1], "must", "always", "shall") && isWord(token, ...STANDS),
  );
  const puts = tokens.findIndex(
    (token, at) =>
      isWord(tokens[at - 1], "always", "must") && isWord(token, "put", "place", "store", "keep", "create", "add"),
  );
  let from =
    stands >= 0
      ? stands + 1
      : puts >= 0
        ? tokens.findIndex((token, at) => at > puts && isWord(token, "in", "inside", "under", "within"))
        : -1;
  if (from < 0) return undefined;
  while (isWord(tokens[from], "placed", "put", "kept", "stored", "located", "live", "created", "only", "always"))
    from++;
  if (!isWord(tokens[from], "in", "inside", "under", "within")) return undefined;
  const place = placeAt(tokens, from, reading);
  if (
    !place ||
    !tokens.slice(from, place.next).some((token) => token.kind === "code") ||
    restAt(tokens, place.next, reading).length > 0
  )
    return undefined;
  const subject = fileSubject(stands >= 0 ? tokens.slice(0, stands - 1) : tokens.slice(puts + 1, from), reading);
  if (!subject) return undefined;
  const where = tokens
    .slice(from, place.next)
    .filter(isThing)
    .map(({ text }) => text)
    .join(", ");
  return [
    {
      check: {
        kind: "place",
        says: `The file does not stand in ${where}`,
        misplaced: (path) => subject(path) && !place.test(path) && !isGenerated(path),
      },
      places: [],
    },
  ];
}

/** Files a sentence begins with: "tests", "all `*.sql` files". Undefined for what no name tells. */
function fileSubject(tokens: readonly Token[], reading: Reading): PathTest | undefined {
  const code = tokens.filter((token) => token.kind === "code");
  if (code.length > 0)
    return code.length === 1 && isPath(code[0]!.text, reading.layout)
      ? pathTest(code[0]!.text, reading.base)
      : undefined;
  const words = tokens
    .map(({ text }) => text)
    .filter((word) => !/^(?:all|every|each|new|the|unit|files?|any)$/.test(word));
  if (words.length === 1 && /^tests?$/.test(words[0]!)) return isTestFile;
  const named = thingsAt(tokens, 0, reading);
  return words.length === 1 && named?.next === tokens.length ? named.test : undefined;
}

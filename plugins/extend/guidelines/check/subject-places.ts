import { placeAt, thingsAt, type Place, type Reading } from "./scope.js";
import { isThing, type Token } from "./tokens.js";

/** Words that say nothing about which files are meant. */
const PLAIN = new Set(
  `a the all every each any no not new our of and to in by source code file files filename filenames file-name file-names name names module
  modules line lines must always never shall may can do be are is been have has contain contains hold exceed go write use keep
  written named longer more than over above under below at most shorter fewer less larger bigger maximum up within max it
  their them folder folders directory directories please you long wide`.split(/\s+/),
);

/** Which files a sentence is about; undefined where it uses words that could mean some and not others. */
export function subjectPlaces(tokens: readonly Token[], reading: Reading): readonly Place[] | undefined {
  const places: Place[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    const isPlain = token.kind === "mark" || (token.kind === "word" && PLAIN.has(token.text));
    const place =
      placeAt(tokens, at, reading) ?? (isThing(token) || !isPlain ? thingsAt(tokens, at, reading) : undefined);
    if (place && place.next > at) {
      places.push(place);
      at = place.next - 1;
    } else if (!isPlain) return undefined;
  }
  return places;
}

import { describe, expect, it } from "vitest";
import { hashOf, termsIn } from "./term.js";

const SALT = "0123456789abcdef";

/** What a term finds in a text, as it stands there. */
function found(term: unknown, text: string): readonly string[] | undefined {
  return termsIn([term])[0]!
    .find(text)
    ?.map(({ at, length }) => text.slice(at, at + length));
}

describe("A word and its hash", () => {
  it.each([
    ["the BLUEBIRD.", "BLUEBIRD"],
    ["BLUEBIRD_URL", "BLUEBIRD"],
    ["x_bluebird", "bluebird"],
    ["bluebirdClient", "bluebird"],
    ["myBluebird", "Bluebird"],
    ["HTTPBluebird", "Bluebird"],
    ["BLUEBIRDClient", "BLUEBIRD"],
    ["a.bluebird@x-y", "bluebird"],
    ["\u0130 Bluebird", "Bluebird"],
  ])("are found in %j", (text, word) => {
    expect(found("Bluebird", text)).toEqual([word]);
    expect(found({ hash: hashOf("bluebird", SALT) }, text)).toEqual([word]);
  });

  it.each(["Bluebirds", "bluebird2", "bluebirdclient", "unbluebird", "BLUEBIRDS", "blue bird"])(
    "are not found in %j",
    (text) => {
      expect(found("Bluebird", text)).toEqual([]);
      expect(found({ hash: hashOf("bluebird", SALT) }, text)).toEqual([]);
    },
  );

  it.each([
    ["foo_bar", "x.FOO_BAR", "FOO_BAR"],
    ["eisv\u00f6gel", "EISVO\u0308GEL", "EISVO\u0308GEL"],
    ["C++", "a C++ b", "C++"],
    ["Bluebird", "?q=a%20Bluebird%20b", "Bluebird"],
  ])("%j is found in %j", (term, text, word) => {
    expect(found(term, text)).toEqual([word]);
  });

  it("are found behind some megabytes", () => {
    const text = `${"some_words andMore of-all.kinds in 1 line\n".repeat(100_000)}Kestrel`;
    expect(found({ hash: hashOf("kestrel", SALT) }, text)).toEqual(["Kestrel"]);
    expect(found("kestrel", text)).toEqual(["Kestrel"]);
  });
});

it("Expressions are searched for one after the other, also after one that took too long", () => {
  expect(found({ pattern: "(a+)+$" }, `${"a".repeat(60)}!`)).toBeUndefined();
  expect(found({ pattern: "b.d" }, "bad bed")).toEqual(["bad", "bed"]);
  expect(found({ pattern: "\\d+" }, "a 1, 22")).toEqual(["1", "22"]);
});

import { inspect } from "node:util";
import fc from "../test/check.js";
import { describe, expect, it } from "vitest";
import { keysIn, know, redact, withoutKnown } from "./redact.js";
import { safeText } from "./safe-output.js";
import { Secret } from "./secret.js";

// Put together here, so that no scanner takes this file for a leak.
const shape = (...parts: readonly string[]): string => parts.join("");
const KEY = shape("sk-", "ant-", "api03-", "q".repeat(12), "-R2D2_", "w".repeat(12));

describe("a secret", () => {
  const secret = new Secret("hunter2-hunter2-hunter2");

  it.each([
    ["a string", () => String(secret)],
    ["a template", () => `${secret}`],
    ["a sum of strings", () => "" + (secret as unknown as string)],
    ["JSON", () => JSON.stringify({ secret })],
    ["a log", () => inspect({ secret, list: [secret] }, { depth: 9, showHidden: true })],
    ["its properties", () => JSON.stringify([Object.entries(secret), Object.getOwnPropertyNames(secret)])],
    ["the message of an error", () => new Error(`failed with ${secret}`).message],
  ])("shows nothing of itself in %s", (_, shown) => {
    expect(shown()).not.toContain("hunter2");
  });

  it("gives out its value where it is asked for it", () => {
    expect(secret.reveal()).toBe("hunter2-hunter2-hunter2");
  });

  it("is taken out of every text from then on, in the forms of URLs and JSON too", () => {
    know('a "b"/c+d 12345');
    expect(redact("x hunter2-hunter2-hunter2 y")).toBe("x *** y");
    expect(withoutKnown(`u?k=${encodeURIComponent('a "b"/c+d 12345')}`)).toBe("u?k=***");
    expect(withoutKnown(JSON.stringify(['a "b"/c+d 12345']))).toBe('["***"]');
  });

  it("leaves words and short texts alone, which no key is", () => {
    for (const value of ["ollama", "placeholder", "k3y"]) know(value);
    expect(redact("ollama placeholder k3y")).toBe("ollama placeholder k3y");
  });
});

describe("what has the shape of a key", () => {
  it.each([
    ["api-key", KEY],
    ["api-key", shape("sk-", "proj-", "A1b2C3d4".repeat(4))],
    ["github-token", shape("ghp", "_", "a1B2".repeat(9))],
    ["github-token", shape("github", "_pat_", "a1B2".repeat(9))],
    ["gitlab-token", shape("glpat", "-", "a1B2".repeat(5))],
    ["aws-key", shape("AK", "IA", "IOSFODNN7EXAMPLE")],
    ["slack-token", shape("xo", "xb-", "123456789012-abcdefghij")],
    ["google-key", shape("AI", "za", "a1B2c".repeat(7))],
    ["json-web-token", shape("ey", "JhbGciOiJIUzI1NiJ9.", "eyJzdWIiOiIxMjM0NTY3ODkwIn0.", "abcDEF_-123456")],
    ["private-key", shape("-----BEGIN ", "OPENSSH PRIVATE KEY-----\nb3BlbnNza\n-----END ", "OPENSSH PRIVATE KEY-----")],
  ])("is found and taken out: %s", (kind, key) => {
    const text = `before ${key} after`;
    expect(keysIn(text)).toMatchObject([{ kind, at: 7 }]);
    const shown = redact(text);
    expect(shown).toContain("***");
    expect(shown.startsWith("before ")).toBe(true);
    expect(shown.endsWith(" after")).toBe(true);
    const body = key.includes("\n") ? "b3BlbnNza" : key;
    expect(shown).not.toContain(body);
  });

  it.each([
    ["Authorization: Bearer abcdef0123456789", "Authorization: Bearer ***"],
    ['{"x-api-key": "abcdef0123456789"}', '{"x-api-key": "***"}'],
    ["https://me:pa55word@host/x", "https://me:***@host/x"],
    ["https://host/x?a=1&token=abcdef0123&b=2", "https://host/x?a=1&token=***&b=2"],
  ])("keeps what stands around it: %s", (text, shown) => {
    expect(redact(text)).toBe(shown);
  });

  it.each([
    "The task-runner and the disk-based desk-top-publishing-workflow-thing, sk-loading-indicator-circle too.",
    "git log --format=%H 0123456789abcdef0123456789abcdef01234567",
    "http://localhost:8080/a:b@c and user@host.example",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
  ])("does not take ordinary text for one: %s", (text) => {
    expect(redact(text)).toBe(text);
    expect(keysIn(text)).toEqual([]);
  });

  it("is looked for in a time that grows with the text alone", () => {
    const seeds = [
      "eyJ",
      "sk-",
      "a://",
      "-----BEGIN ",
      "-----BEGIN PRIVATE KEY-----",
      "bearer ",
      "eyJa.",
      "?key=",
      "x:",
    ];
    for (const seed of seeds) {
      const text = seed.repeat(Math.ceil(1_000_000 / seed.length));
      const start = performance.now();
      redact(text);
      expect(performance.now() - start, seed).toBeLessThan(2_000);
    }
  });

  it("does not come back when its rest is looked through again", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const once = redact(`${before} ${KEY} ${after}`);
        expect(once).not.toContain(KEY);
        expect(redact(once)).toBe(once);
      }),
    );
  });
});

it("shows an error without its keys and without what steers a terminal (advisory 13)", () => {
  expect(safeText(`\u001b[2J 401 for ${KEY}`)).toBe("\\x1b[2J 401 for ***");
});

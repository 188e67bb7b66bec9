import fc from "../../../../test/check.js";
import ignore from "ignore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Shell } from "../../../../test/boot.js";
import { matchesPath, parsePathPattern } from "../paths/path-pattern.js";
import { matchesWildcard } from "../rules/wildcard.js";
import { onlyPrints } from "../shell/sed-program.js";
import { loadGrammar } from "../shell/grammar.js";
import { readScript } from "../shell/read-script.js";
import { gated, judged, verdictOf } from "../testing.js";
import { makeTree, type Tree } from "./table.js";

const RULES = {
  "permissions.allow": ["Bash(git add:*)", "Bash(npm test)", "Bash(rm:*)", "Bash(make *)", "Read(//etc/hostname)"],
  "permissions.ask": ["Bash(git push:*)"],
  "permissions.deny": ["Bash(curl:*)", "Read(private/**)"],
};
const MODES = [
  "default",
  "acceptEdits",
  "plan",
  "dontAsk",
  "bypassPermissions",
  "readOnly",
  "confirmEach",
  "deny",
] as const;
const RANK = { allow: 0, ask: 1, deny: 2 };

let tree: Tree;
const shells = new Map<string, Shell>();
beforeAll(async () => {
  await loadGrammar();
  tree = makeTree();
  for (const mode of MODES) {
    const settings = { ...RULES, "permissions.defaultMode": mode };
    shells.set(
      mode,
      await gated({ dir: tree.project, home: `${tree.home}/.nacre`, env: { HOME: tree.home }, settings }),
    );
  }
});
afterAll(async () => {
  for (const shell of shells.values()) await shell[Symbol.asyncDispose]();
  tree.remove();
});

async function rank(mode: string, command: string): Promise<number> {
  return RANK[verdictOf(await judged(shells.get(mode)!, "Bash", { command }))];
}

const SIMPLE: readonly string[] = [
  "ls|ls -la src|cat README.md|cat .env|cat private/notes.txt|cat ../other/o.txt|cat ~/.ssh/x|git status|git add .",
  "git add 'a b'|git push|git push --force|git reset --hard|npm test|npm run x|rm names.txt|rm -rf build|rm -rf /",
  "rmdir /|touch x|touch .git/x|mkdir -p a/b|curl x.test|sudo ls|make all|echo hi|find . -name x|cp a b|mv a .git",
  "cd src|true|ls /|sed -n 1p README.md|kill -9 1|watch ls",
].flatMap((line) => line.split("|"));
const command = fc.constantFrom(...SIMPLE);
const separator = fc.constantFrom(";", " ; ", "&&", " && ", "||", "|", " | ", "|&", "&", " & ", "\n", "\r\n", ";\n");
const addition = fc.oneof(
  fc.tuple(separator, fc.oneof(command, fc.constantFrom("", "x", "$(x)", "(", ")", "'", '"', "if", "{ ls; }"))),
  fc.tuple(fc.constant(" "), fc.constantFrom("$(x)", "`x`", '"$(x)"', "<(x)", ">(x)", "$((1))", "${x:-$(y)}", "$x")),
  fc.tuple(
    fc.constantFrom(" >", " >>", " 2>", " &>", " <", " >|", " <<<", " 2>&"),
    fc.constantFrom("x", "1", ".git/x", "/dev/null"),
  ),
);

describe("the gate", () => {
  it("never answers milder when something is added to a command", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...MODES), command, addition, async (mode, one, [join, more]) => {
        expect(await rank(mode, one + join + more)).toBeGreaterThanOrEqual(await rank(mode, one));
      }),
      { numRuns: 1000 },
    );
  }, 120_000);

  it("answers the same for a command in a wrapper that is looked through", async () => {
    const wrapper = fc.constantFrom("timeout 5", "nice", "nice -n 5", "nohup", "stdbuf -oL", "command", "time");
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...MODES), wrapper, command, async (mode, before, one) => {
        expect(await rank(mode, `${before} ${one}`)).toBe(await rank(mode, one));
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it("answers for two commands at least as strictly as for the second one", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...MODES), command, command, async (mode, one, other) => {
        // From another folder a path leads elsewhere.
        fc.pre(!one.startsWith("cd "));
        expect(await rank(mode, `${one}; ${other}`)).toBeGreaterThanOrEqual(await rank(mode, other));
      }),
      { numRuns: 1000 },
    );
  });

  const token = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom("ls", "git", "add", "make", "npm", "test", "cat", "README.md", "-la", "src"),
    },
    { weight: 2, arbitrary: fc.constantFrom(" ", " ", "  ", "\t") },
    fc.constantFrom(
      "'",
      '"',
      "\\",
      "$",
      "`",
      "(",
      ")",
      "{",
      "}",
      "<",
      ">",
      "&",
      "|",
      ";",
      "\n",
      "\r",
      "#",
      "!",
      "~",
      "=",
    ),
    fc.constantFrom(
      "*",
      "?",
      "[",
      "]",
      "$(",
      "${",
      "$'",
      "&&",
      "||",
      "|&",
      ">|",
      "<(",
      "A=1 ",
      "\u00a0",
      "\u200b",
      "é",
    ),
  );
  const line = fc.array(token, { minLength: 1, maxLength: 12 }).map((tokens) => tokens.join(""));

  it("allows nothing but what it can read, each part of which it would allow alone, unless it is told to allow everything", async () => {
    let allowed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...MODES.filter((mode) => mode !== "bypassPermissions")),
        line,
        async (mode, text) => {
          if ((await rank(mode, text)) !== RANK.allow) return;
          allowed++;
          const { commands, unclear } = readScript(text);
          expect(unclear).toBeUndefined();
          if (commands.length === 1) return;
          for (const { text: part, redirects } of commands) {
            if (part !== "" && redirects.length === 0) expect(await rank(mode, part)).toBe(RANK.allow);
          }
        },
      ),
      { numRuns: 2000 },
    );
    expect(allowed).toBeGreaterThan(20);
  });

  it("survives any text in place of a command, and answers", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 200 }), async (text) => {
        expect(await rank("bypassPermissions", text)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1000 },
    );
  });

  it("answers in time whatever a command is made of", async () => {
    const parts = [
      "$(",
      "((",
      "{a,",
      "`",
      '"$(',
      "<(",
      "<<A\n",
      "sudo ",
      "xargs ",
      "bash -c '",
      "a=",
      "*",
      "\\",
      ":(){",
    ];
    for (const part of parts) {
      const start = performance.now();
      await rank("bypassPermissions", part.repeat(Math.floor(9_900 / part.length)));
      expect(performance.now() - start).toBeLessThan(2000);
    }
  });
});

describe("patterns", () => {
  const name = fc.constantFrom("a", "b", "ab", "ba", "a.b", ".a");
  const piece = fc.constantFrom("a", "b", "ab", "*", "**", "?", "a*", "*b", "[ab]", "[!a]", "a?", "\\*", "*.*");

  it("mean the same as in gitignore", () => {
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 4 }),
        fc.constantFrom("", "/"),
        fc.constantFrom("", "/"),
        fc.array(name, { minLength: 1, maxLength: 5 }),
        (pieces, before, after, path) => {
          const pattern = parsePathPattern(before + pieces.join("/") + after);
          if (typeof pattern === "string") return;
          const oracle = ignore({ ignorecase: false }).add(before + pieces.join("/") + after);
          expect(matchesPath(pattern, path)).toBe(oracle.ignores(path.join("/")));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("with stars match as the regular expression does", () => {
    const text = (unit: string[]): fc.Arbitrary<string> =>
      fc.array(fc.constantFrom(...unit), { maxLength: 8 }).map((a) => a.join(""));
    fc.assert(
      fc.property(text(["a", "b", "*"]), text(["a", "b"]), (pattern, given) => {
        expect(matchesWildcard(pattern, given)).toBe(new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(given));
      }),
      { numRuns: 2000 },
    );
  });

  it("of sed are accepted only when every command in them prints", () => {
    const part = fc.constantFrom(
      "1",
      "2,3",
      "$",
      "/a/",
      "/[;]/",
      "p",
      "=",
      "d",
      "q",
      ";",
      " ",
      "w x",
      "e",
      "s/a/b/",
      "r f",
      "{",
      "}",
      "\\",
      "/",
      "n",
      "!",
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const program = parts.join("");
        if (onlyPrints(program)) {
          const addresses = /\/(?:\\.|[^/\\])*\/|\\([^\\]).*?\1/g; // /a/, or \}a} with a sign of its own.
          const rest = program.replaceAll("s/a/b/", "").replaceAll(addresses, "");
          // What stands behind an `a` that an address left over is text.
          if (!/^[^/]*\/[^/]*\/\s*!?\s*a/.test(program)) expect(rest).not.toMatch(/[wer]/);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

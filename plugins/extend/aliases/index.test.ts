import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Question } from "../../../schemas/decision.js";
import { EXAMPLES } from "./examples.js";
import { shellWith } from "./testing.js";

const all = Object.entries(EXAMPLES)
  .filter(([name]) => name !== "issue")
  .map(([, text]) => text)
  .join("\n");

/** A project that has what the examples ask for. */
const project = {
  "package.json": '{ "scripts": { "test": "echo tested" } }',
  "src/a.ts": "// TODO mend\nconst other = 1;\n",
  ".nacre/team.nalias": 'alias shared = LS(path: "src")\n',
};

function git(dir: string, ...args: readonly string[]): void {
  const config = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"];
  execFileSync("git", [...config, ...args], { cwd: dir, stdio: "ignore" });
}

describe("an alias that is typed", () => {
  it.each(["@ll", "/ll", " @ll  "])(
    "runs directly as %j: no model is asked and nothing is said to one",
    async (typed) => {
      await using run = await shellWith(all, { files: { ...project, "big.txt": "x".repeat(5000) } });
      const end = await run.shell.send(typed);
      expect(end).toMatchObject({ reason: "completed", turns: 0 });
      expect(end.message!.split("\n")[0]).toContain("big.txt");
      expect([run.shell.requests, run.shell.session.messages]).toEqual([[], []]);
      expect(run.shell.results()).toMatchObject([{ name: "LS", isError: false, apart: true }]);
    },
  );

  it("is left to the model where no alias has the name, or where it is only mentioned", async () => {
    await using run = await shellWith(all, { script: [{ say: "one" }, { say: "two" }] });
    expect((await run.shell.send("@nobody")).turns).toBe(1);
    expect((await run.shell.send("what does @ll do?")).turns).toBe(1);
  });

  it("takes arguments by place and by name, in quotes, with defaults and rests", async () => {
    await using run = await shellWith(
      'alias a(x: string, n: int = 1, on: bool = false, ...more: string) = Agent(prompt: "${x}|${n}|${on}|${more}")',
    );
    const typed = async (args: string): Promise<unknown> => {
      run.got.length = 0;
      const end = await run.shell.send(`@a ${args}`);
      return run.got[0]?.input["prompt"] ?? end.message;
    };
    expect(await typed('"a b" 2')).toBe("a b|2|false|");
    expect(await typed("x: 'a b' n: 3 --on one two")).toBe("a b|3|true|one two");
    expect(await typed("--x=y --no-on")).toBe("y|1|false|");
    expect(await typed("--n -4 -- --x")).toBe("--x|-4|false|");
    expect(await typed("http://x")).toBe("http://x|1|false|");
    const usage = "Usage: @a X [N] [ON] [MORE...]";
    expect(await typed("")).toBe(`@a: "x" is missing. ${usage}`);
    expect(await typed("a b")).toBe(`@a: "n" has to be a whole number, not "b". ${usage}`);
    expect(await typed("--y 1")).toBe(`@a: there is no parameter "y". ${usage}`);
    expect(await typed("--n")).toBe(`@a: the value of "n" is missing. ${usage}`);
    expect(await typed("x: 1 x: 2")).toBe(`@a: "x" is given twice. ${usage}`);
  });

  it("hands on what was piped in as $_", async () => {
    await using run = await shellWith('alias ask(q: string) = Agent(prompt: "${q}:\\n${_}")');
    await run.shell.send("@ask why\n\nline 1\nline 2");
    expect(run.got[0]!.input["prompt"]).toBe("why:\nline 1\nline 2");
  });

  it("ends as failed when it failed, with what it said", async () => {
    await using run = await shellWith('alias no = Bash(command: "echo out; exit 3")');
    for (const typed of ["@no", "/no"]) {
      const end = await run.shell.send(typed);
      expect([end.reason, end.message]).toEqual(["prompt_blocked", expect.stringContaining("out")]);
    }
  });

  it("stops with the turn", async () => {
    await using run = await shellWith('alias slow = Bash(command: "sleep 20") ; Agent(prompt: "never")');
    const started = performance.now();
    const end = await run.shell.send("@slow", { signal: AbortSignal.timeout(300) });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(end.reason).not.toBe("completed");
    expect(run.got).toEqual([]);
  });

  it("takes effect as soon as its file is written, and is listed with the commands", async () => {
    await using run = await shellWith("alias one = LS()");
    await run.shell.send("@one");
    await new Promise((done) => setTimeout(done, 1100));
    writeFileSync(
      join(run.shell.dir, ".nacre/aliases.nalias"),
      'alias two "Second" (x: int) = LS()\nalias three "3rd" = LS()',
    );
    expect((await run.shell.send("@three")).reason).toBe("completed");
    const commands = (await run.shell.kernel.service("commands"))!;
    expect(await commands.list(run.shell.session)).toContainEqual(
      expect.objectContaining({ name: "three", description: "3rd" }),
    );
    expect((await run.shell.send("@two")).message).toMatch(/aliases\.nalias:1:20: "=" is expected here, not "\("\.$/);
  });
});

describe("the ten examples", () => {
  it("run npm and search", async () => {
    await using run = await shellWith(all, { files: project });
    expect((await run.shell.send("@test")).message).toContain("tested");
    expect((await run.shell.send("@todo")).message).toContain("a.ts");
  });

  it("quote a pattern for the shell and ask, whatever the rules allow", async () => {
    const asked: Question[] = [];
    const ask = async (question: Question) => {
      asked.push(question);
      return { behavior: "allow" as const };
    };
    const settings = { "permissions.allow": ["Bash"] };
    await using run = await shellWith(all, { files: project, plugins: ["permissions"], ask, settings });
    await run.shell.send('@t "it\'s; x"');
    expect(asked.map(({ call, reason }) => [call.input, reason])).toEqual([
      [{ timeout: 300_000, command: "npm test -- -t 'it'\\''s; x'" }, 'The alias "t" asks about each of its calls.'],
    ]);
    await run.shell.send("@test");
    expect(asked.length).toBe(1);
  });

  it("let an agent explain what failed, and do not where nothing did", async () => {
    await using run = await shellWith(all.replace("eslint . --max-level", "false"));
    const end = await run.shell.send("@lint warn");
    expect(run.got).toMatchObject([{ tool: "Agent", input: { name: "code-reviewer" } }]);
    expect(run.got[0]!.input["prompt"]).toMatch(/^Explain these lint errors: /);
    expect([end.reason, end.message]).toEqual(["completed", expect.stringContaining("Agent ran")]);
    await using fine = await shellWith(all.replace("eslint . --max-level", "true"));
    await fine.shell.send("@lint");
    expect(fine.got).toEqual([]);
    expect((await fine.shell.send("@lint info")).message).toContain('"level" has to be one of "error", "warn"');
  });

  it("push and open a pull request, once more after an error, each asked about", async () => {
    const asked: string[] = [];
    const ask = async ({ call }: Question) => {
      asked.push(call.name);
      return { behavior: "allow" as const };
    };
    await using run = await shellWith(all, { plugins: ["permissions"], ask });
    // There is nothing to push to: the first call fails twice and the second never runs.
    expect((await run.shell.send('@pr "A title" --no-draft')).reason).toBe("prompt_blocked");
    expect([asked, run.got]).toEqual([["Git", "Git"], []]);
    await using works = await shellWith(all.replace('Git(args: ["push", "-u", "origin", "HEAD"])', 'LS(path: ".")'), {
      plugins: ["permissions"],
      ask,
    });
    await works.shell.send('@pr "A title" --no-draft');
    expect(works.got).toEqual([
      { tool: "GitHub", input: { args: ["pr", "create", "--title", "A title"], draft: false } },
    ]);
  });

  it("keep a result under a name, and hand on a structure to who wants one", async () => {
    await using run = await shellWith(all, { files: project });
    git(run.shell.dir, "init");
    git(run.shell.dir, "add", "src/a.ts");
    await run.shell.send("@review");
    expect(run.got[0]!.input).toMatchObject({
      min_confidence: 80,
      prompt: expect.stringMatching(/^Review:\ndiff --git a/),
    });
    await run.shell.send('@rename "a(b)" c files: "*.js"');
    expect(run.got.slice(1)).toEqual([
      { tool: "BatchReplace", input: { pattern: "a(b)", replacement: "c", glob: "*.js", dry_run: true } },
      { tool: "EditPreview", input: { changes: [{ file: "a.ts" }] } },
    ]);
    expect((await run.shell.send('@rename "a(" c')).message).toContain('"from" has to be a regular expression');
  });

  it("run only under their condition", async () => {
    const text = all.replace('Git(args: ["push", "-u", "origin", "HEAD"])', 'LS(path: ".")');
    const ask = async () => ({ behavior: "allow" as const });
    await using run = await shellWith(text, { files: project, ask });
    git(run.shell.dir, "init");
    expect((await run.shell.send("@ship")).message).toBe('@ship runs only when branch != "main", which is not so.');
    git(run.shell.dir, "checkout", "-b", "work");
    expect((await run.shell.send("@ship")).message).toContain("PushNotification ran");
    expect(run.got.map(({ tool }) => tool)).toEqual(["GitHub", "PushNotification"]);
    await using ci = await shellWith(text, { files: project, env: { PATH: process.env["PATH"], CI: "1" } });
    git(ci.shell.dir, "init");
    git(ci.shell.dir, "checkout", "-b", "work");
    expect((await ci.shell.send("@ship")).message).toBe('@ship runs only when not env("CI"), which is not so.');
  });

  it("include, call a server's tool, and take back", async () => {
    await using run = await shellWith(`${EXAMPLES["ll"]}\n${EXAMPLES["issue"]}`, {
      files: project,
      script: [{ say: "?" }],
    });
    await run.shell.send("@issue nacre/x bug 'help wanted'");
    const input = { repo: "nacre/x", labels: ["bug", "help wanted"], meta: { from: "nacre", parent: null } };
    expect(run.got).toEqual([{ tool: "mcp__github__create_issue", input }]);
    expect((await run.shell.send("@shared")).message).toContain("a.ts");
    expect((await run.shell.send("@ll")).turns).toBe(1);
  });
});

describe("what an alias may do", () => {
  it("is decided call by call: it grants nothing", async () => {
    const text = 'alias w = Bash(command: "touch made") ; LS(path: ".")';
    await using run = await shellWith(text, { plugins: ["permissions"], settings: { "permissions.deny": ["Bash"] } });
    const end = await run.shell.send("@w");
    expect(end.message).not.toContain("made");
    expect(run.shell.results()).toMatchObject([
      { name: "Bash", refused: { behavior: "deny" } },
      { name: "LS", isError: false },
    ]);
  });

  it("is completed, and counted as unattended, where somebody had to be asked and nobody was there", async () => {
    await using run = await shellWith('alias w = Bash(command: "touch made")', { plugins: ["permissions"] });
    const end = await run.shell.send("@w");
    expect(end).toMatchObject({ reason: "completed", message: expect.stringContaining("Nobody could be asked") });
    expect(run.shell.results()[0]!.refused).toMatchObject({ by: "unattended" });
  });

  it("can be refused as a whole, aliases inside included, and only while it runs", async () => {
    const text = 'alias in = LS(path: ".")\nalias out = @in() with { permission: deny }';
    await using run = await shellWith(text, { plugins: ["permissions"] });
    expect((await run.shell.send("@out")).message).toBe('The alias "out" refuses all of its calls.');
    expect((await run.shell.send("@in")).reason).toBe("completed");
  });

  it("ends at its time limit", async () => {
    await using run = await shellWith(
      'alias slow = Bash(command: "sleep 20") ; Bash(command: "sleep 20") with { timeout: 200ms }',
    );
    expect((await run.shell.send("@slow")).message).toBe("@slow was stopped after 0.2 s.");
  });

  it("cannot call without end", async () => {
    const text = Array.from({ length: 12 }, (_, place) =>
      place === 0
        ? 'alias a0 = Agent(prompt: "x")'
        : `alias a${place} = @a${place - 1}() ; @a${place - 1}() ; @a${place - 1}()`,
    ).join("\n");
    await using run = await shellWith(text);
    expect((await run.shell.send("@a11")).message).toContain("makes more than 1000 calls");
    expect(run.got.length).toBeLessThanOrEqual(1000);
  });
});

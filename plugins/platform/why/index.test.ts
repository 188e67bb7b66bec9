import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bench, type Bench } from "../testing.js";

let b: Bench;
beforeEach(() => void (b = bench()));
afterEach(() => b[Symbol.dispose]());

/** One run with scripted answers: a call that reads, one that is refused by a rule, one that nobody could be asked about. */
async function session(): Promise<void> {
  b.write("a.txt", "hello\n");
  b.write(".nacre.toml", '[permissions]\ndeny = ["Bash(git push *)"]\n');
  b.write(
    "script.yaml",
    [
      "- calls: [{ name: Read, input: { file_path: a.txt } }]",
      "- calls: [{ name: Bash, input: { command: git push origin } }]",
      "- calls: [{ name: Bash, input: { command: touch made } }]",
      "- text: done",
    ].join("\n"),
  );
  const ran = await b.run(["-p", "go", "--provider", "scripted", "--script", "script.yaml"]);
  expect([ran.code, ran.stdout]).toEqual([3, "done\n"]);
}

const why = async (...words: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await b.run(["why", ...words]);
  return (stdout + stderr).replaceAll(b.dir, "DIR").replaceAll(b.home, "HOME").replaceAll(/ {2,}/g, "  ");
};

describe("nacre why about calls", () => {
  it("tells of the last call, and which were earlier", async () => {
    await session();
    const text = await why();
    expect(text).toBe(await why("last"));
    const lines = text.split("\n");
    expect(lines.slice(0, 2)).toEqual([
      'Bash {"command":"touch made"}',
      "  Decision  refused by nobody: somebody had to be asked and nobody was there",
    ]);
    expect(lines[2]).toMatch(/^ {2}Reason {2}.* Nobody could be asked, so it was refused\.$/);
    expect(text).toMatch(
      /Earlier calls \(nacre why ID\):\n {2}\S+ {2}Read {2}allowed {2}.*\n {2}\S+ {2}Bash {2}refused/,
    );
  });

  it("tells of one by the beginning of its id: rule and place", async () => {
    await session();
    const id = /^ {2}(\S+) {2}Bash {2}refused/m.exec(await why())![1]!;
    const text = await why(id);
    expect(text).toContain('Bash {"command":"git push origin"}\n  Decision  refused by permissions\n');
    expect(text).toMatch(/Rule {2}Bash\(git push \*\) \(DIR\/\.nacre\.toml/);
    const json = JSON.parse((await b.run(["why", id, "--json"])).stdout) as object;
    expect(json).toMatchObject({
      id,
      tool: "Bash",
      input: { command: "git push origin" },
      apart: false,
      decision: { behavior: "deny", by: "permissions", rule: "Bash(git push *)" },
    });
    const session_ = (json as { session: { id: string } }).session.id;
    expect(await why(session_)).toContain("touch made");
  });

  it("says that several fit, that none does, and that there is no session", async () => {
    expect(await why()).toBe("This folder has no session yet.");
    await session();
    expect(await why("toolu")).toMatch(/^Several calls have an id that begins with "toolu": /);
    expect(await why("zzz")).toBe('No call in the sessions of this folder has an id that begins with "zzz".');
  });

  it.each([["a", "b"], ["setting"], ["skill"], ["setting", "a", "b"]])(
    "%s %s is answered with the usage",
    async (...words) => {
      const { code, stderr } = await b.run(["why", ...words.filter((word) => word !== undefined)]);
      expect([code, stderr]).toEqual([2, "Usage: nacre why [last | ID | setting KEY | skill NAME]"]);
    },
  );

  it("answers inside of a session as well", async () => {
    await session();
    b.write("script.yaml", "- text: unused\n");
    const { code, stderr } = await b.run(["-p", "/why", "--provider", "scripted", "--script", "script.yaml"]);
    expect([code, stderr]).toEqual([1, "Error: In this session no call was judged yet, or it is not written down.\n"]);
    const again = await b.run(["-p", "/why", "--continue", "--provider", "scripted", "--script", "script.yaml"]);
    const asked = await b.run(["-p", "/why setting api.provider", "--provider", "scripted", "--script", "script.yaml"]);
    expect([asked.code, asked.stdout]).toEqual([0, expect.stringContaining("--provider")]);
    expect([again.code, again.stdout.split("\n")[0]]).toEqual([0, 'Bash {"command":"touch made"}']);
  });
});

describe("nacre why about settings and skills", () => {
  it("says where a setting comes from, in the words of config explain", async () => {
    const file = b.write("~/config.toml", "[tools]\nbash_timeout_secs = 7\n");
    const [said, explained] = [
      await b.run("why setting tools.bash_timeout_secs"),
      await b.run("config explain tools.bash_timeout_secs"),
    ];
    expect(said.stdout).toBe(explained.stdout);
    expect(said.stdout).toContain(`${file}:2:1`);
    expect(JSON.parse((await b.run("why setting tools.bash_timeout_secs --json")).stdout)).toMatchObject({ value: 7 });
    expect((await b.run("why setting tools.bash_timeout_sec")).stderr).toContain(
      'did you mean "tools.bash_timeout_secs"?',
    );
  });

  it("says why a skill is listed, and what a session was given", async () => {
    b.write("~/skills/plain/SKILL.md", "---\nname: plain\ndescription: Plain things.\n---\nBody\n");
    b.write("script.yaml", "- text: done\n");
    await b.run(["-p", "go", "--provider", "scripted", "--script", "script.yaml"]);
    expect(await why("skill", "plain")).toMatch(
      /^plain: listed for the model, can be typed as \/plain\n {2}HOME\/skills\/plain\/SKILL\.md \(user\)\n {2}It stands with its description in the list given in session \S+\.\n$/,
    );
  });

  it.each<[string, string, RegExp]>([
    ["disable-model-invocation: true", "", /Its front matter keeps it from the model: disable-model-invocation\./],
    ["user-invocable: false", "", /cannot be typed\n.*\n {2}Its front matter keeps it from being typed/],
    ["paths: ['*.css']", "", /listed once a fitting file is worked on.*\n.*\n {2}It waits for files that fit \*\.css/],
    [
      "",
      '[skillOverrides]\nodd = "off"\n',
      /not listed for the model, cannot be typed\n.*\n {2}skillOverrides says "off" \(HOME\/config\.toml\)\./,
    ],
    [
      "",
      '[permissions]\ndeny = ["Skill(odd)"]\n',
      /not listed for the model.*\n.*\n {2}The rule "Skill\(odd\)" refuses it \(HOME\/config\.toml/,
    ],
  ])("names what keeps a skill back: %s %s", async (field, config, expected) => {
    b.write("~/skills/odd/SKILL.md", `---\nname: odd\ndescription: Odd things.\n${field}\n---\nBody\n`);
    b.write("~/config.toml", config);
    expect(await why("skill", "odd")).toMatch(expected);
  });

  it("says which of two hides the other, and that there is none", async () => {
    b.write("~/skills/same/SKILL.md", "---\nname: same\ndescription: Mine.\n---\n");
    b.write(".nacre/skills/same/SKILL.md", "---\nname: same\ndescription: Theirs.\n---\n");
    b.write("~/config.toml", "");
    const { stdout } = await b.run(["why", "skill", "same", "--trust-workspace"]);
    expect(stdout).toMatch(/same: listed.*\n[^]*Hidden: .*\n {2}.*SKILL\.md\n$/);
    expect(await why("skill", "nothing")).toMatch(/^There is no skill "nothing": /);
  });
});

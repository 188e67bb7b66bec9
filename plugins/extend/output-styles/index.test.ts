import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import type { Catalogue, OwnedPart } from "../../../schemas/parts.js";
import { textOf } from "../../../schemas/message.js";
import { boot, say, type BootOptions, type Shell } from "../../../test/boot.js";
import { readOutputStyleFile } from "../output-style-file.js";
import { allStyles } from "./all-styles.js";
import { readStyles } from "./read-styles.js";

const SIX = ["Normal", "Explanatory", "Learning", "Code", "Documentation", "Debug"];

async function start(options: Partial<BootOptions> = {}): Promise<Shell> {
  return boot({
    plugins: ["instructions", "output-styles"],
    script: [say("a"), say("b"), say("c"), say("d")],
    ...options,
  });
}

async function type(shell: Shell, args: string): Promise<string> {
  const command = await shell.kernel.get("command", "style");
  const { signal } = new AbortController();
  const answer = await command!.run({ name: "style", args, session: shell.session, signal });
  return "answer" in answer ? answer.answer : "";
}

function lastPrompt({ requests }: Shell): string[] {
  return requests
    .at(-1)!
    .messages.at(-1)!
    .content.map((block) => textOf([block]));
}

interface Made {
  readonly name: string;
  readonly text: string;
  readonly plugin?: string;
}

/** Stands for the loader: files of one plugin folder, read by the kind's own reader. */
function styles(...made: readonly Made[]): { readonly plugin: Plugin; readonly files: Record<string, string> } {
  const files = Object.fromEntries(made.map(({ name, text }) => [`../styles/${name}.md`, text]));
  const plugin: Plugin = {
    name: "test-catalogue",
    holds: ["output-style"],
    setup(ctx) {
      const parts = async (): Promise<readonly OwnedPart[]> => {
        const dir = `${ctx.kernel.cwd}/../styles`;
        const found = await readStyles([{ path: dir }], { dir } as never);
        return found.parts.map((part) => {
          const name = made.find((one) => part.file.endsWith(`/${one.name}.md`))!.plugin;
          return {
            ...part,
            owner: {
              dir,
              format: "plain",
              strict: false,
              name: name ?? "user",
              origin: "user",
              namespaced: name !== undefined,
            },
          };
        });
      };
      const service = { parts } as Partial<Catalogue> as Catalogue;
      ctx.add("service", { name: "catalogue", service });
    },
  };
  return { plugin, files };
}

describe("The output style a session begins with", () => {
  it("is the last part of the system prompt and changes nothing before it", async () => {
    await using plain = await start();
    await using shell = await start({ settings: { outputStyle: "Debug" } });
    const [stable, ...rest] = shell.session.system;
    expect(stable).toBe(plain.session.system[0]);
    expect(rest).toHaveLength(2);
    expect(rest[1]).toMatch(/^# Output style: Debug\n\nWork on a fault/);
    expect(plain.session.system).toHaveLength(2);
  });

  it.each(["Normal", "default", "Default"])("adds nothing as %s", async (outputStyle) => {
    await using plain = await start();
    await using shell = await start({ settings: { outputStyle } });
    expect(shell.session.system[0]).toBe(plain.session.system[0]);
    expect(shell.session.system).toHaveLength(2);
  });

  it("may be written in small letters, and is refused with all names when there is none", async () => {
    await using shell = await start({ settings: { outputStyle: "code" } });
    expect(shell.session.system.at(-1)).toContain("# Output style: Code");
    await expect(start({ settings: { outputStyle: "Nosuch" } })).rejects.toThrow(
      `There is no output style "Nosuch"; there are: ${SIX.join(", ")}.`,
    );
  });

  it("has words and a description for each of the six", async () => {
    await using shell = await start();
    const list = await type(shell, "");
    expect(
      list
        .split("\n")
        .slice(0, 6)
        .map((line) => line.slice(2).split(" ")[0]),
    ).toEqual(SIX);
    expect(list).toMatch(/^\* Normal +The usual way/);
    for (const outputStyle of SIX.slice(1)) {
      await using one = await start({ settings: { outputStyle } });
      expect(one.session.system.at(-1)!.length).toBeGreaterThan(300);
    }
  });

  it("is read alike from a file that ships with nacre and from any other", async () => {
    await using shell = await start();
    const shipped = await allStyles(shell.kernel);
    for (const [place, { name, text }] of shell.kernel.all("outputStyle").entries()) {
      const { description, data, matter } = await readOutputStyleFile(text, "other");
      const { keepsCoding } = shipped[place]!;
      expect(shipped[place]).toMatchObject({ name, description });
      expect([name, keepsCoding, await shipped[place]!.body()]).toEqual([
        matter.data["name"],
        data["keepCodingInstructions"],
        matter.body.trim(),
      ]);
    }
  });

  it("is that of a file, without what is said about software work unless the file keeps it", async () => {
    const { plugin, files } = styles(
      { name: "poet", text: "---\ndescription: verse\n---\nRhyme." },
      { name: "Code", text: "---\nkeep-coding-instructions: true\n---\nMy own." },
    );
    const plugins = ["instructions", "output-styles", plugin];
    await using poet = await start({ plugins, files, settings: { outputStyle: "poet" } });
    expect(poet.session.system.join("\n")).not.toContain("You help with software");
    expect(poet.session.system.at(-1)).toBe("# Output style: poet\n\nRhyme.");
    await using code = await start({ plugins, files, settings: { outputStyle: "Code" } });
    expect(code.session.system.join("\n")).toContain("You help with software");
    expect(code.session.system.at(-1)).toBe("# Output style: Code\n\nMy own.");
  });

  it("is what a plugin insists on, unless the command line names another", async () => {
    const forced = "---\nforce-for-plugin: true\nkeep-coding-instructions: true\n---\nForced.";
    const { plugin, files } = styles({ name: "own", text: forced, plugin: "brand" }, { name: "mine", text: forced });
    const plugins = ["instructions", "output-styles", plugin];
    await using shell = await start({ plugins, files });
    expect(shell.session.system.at(-1)).toBe("# Output style: brand:own\n\nForced.");
    await using other = await start({ plugins, files, settings: { outputStyle: "Code" } });
    expect(other.session.system.at(-1)).toContain("# Output style: Code");
  });

  it("is not an agent's that has its own prompt, nor one's whose prompt was replaced", async () => {
    await using shell = await start({ settings: { outputStyle: "Debug" } });
    const agent = { id: "x", type: "worker", of: shell.session };
    const child = await shell.kernel.open({ provider: "test-script", agent, system: ["You work."] });
    await type(shell, "Code");
    await child.send("go");
    expect(shell.requests[0]!.system).toEqual(["You work."]);
    expect(lastPrompt(shell)).toEqual(["go"]);
    await using replaced = await start({ settings: { outputStyle: "Debug", "instructions.system": "Mine." } });
    await replaced.send("go");
    expect(replaced.requests[0]!.system).toEqual(["Mine."]);
    expect(lastPrompt(replaced)).toEqual(["go"]);
  });
});

describe("A change of the output style", () => {
  it("is told again when the conversation has gone back to before it", async () => {
    await using shell = await start();
    await type(shell, "Debug");
    await shell.send("one");
    const told = expect.stringMatching(/^The output style is now "Debug" \(chosen in this session\)\./);
    expect(lastPrompt(shell)).toEqual(["one", told]);
    await shell.send("two");
    expect(lastPrompt(shell)).toEqual(["two"]);
    shell.session.emit({ type: "rewind", at: 0, to: shell.session.prompts[0]!.id });
    await shell.send("three");
    expect(lastPrompt(shell)).toEqual(["three", told]);
  });

  it("comes with the next prompt and leaves system, tools and earlier messages byte for byte as they were", async () => {
    await using shell = await start({
      settings: { outputStyle: "Debug" },
      plugins: ["instructions", "output-styles", "read"],
    });
    await shell.send("one");
    expect(await type(shell, "Code")).toMatch(/^The output style is Code from your next message on\./);
    await shell.send("two");
    await shell.send("three");
    const [first, second, third] = shell.requests.map(({ system, tools, messages }) => ({ system, tools, messages }));
    for (const later of [second!, third!]) {
      expect(JSON.stringify([later.system, later.tools])).toBe(JSON.stringify([first!.system, first!.tools]));
      expect(JSON.stringify(later.messages[0])).toBe(JSON.stringify(first!.messages[0]));
    }
    expect(textOf(second!.messages[2]!.content)).toMatch(
      /^twoThe output style is now "Code" \(chosen in this session\)\. What other styles said no longer holds\.\n\nLet code speak\./,
    );
    expect(JSON.stringify(third!.messages.slice(0, 3))).toBe(JSON.stringify(second!.messages));
    expect(lastPrompt(shell)).toEqual(["three"]);
  });

  it("back to Normal says so, and a choice that changes nothing says nothing", async () => {
    await using shell = await start({ settings: { outputStyle: "Code" } });
    await shell.send("one");
    await type(shell, "Code");
    await shell.send("two");
    expect(lastPrompt(shell)).toEqual(["two"]);
    await type(shell, "normal");
    await shell.send("three");
    expect(lastPrompt(shell)[1]).toMatch(
      /^The output style is now "Normal".*Answer as you would without any style\.$/s,
    );
    expect(await type(shell, "")).toMatch(/^\* Normal/);
  });

  it("takes away what is said about software work, and brings it back", async () => {
    const { plugin, files } = styles({ name: "poet", text: "Rhyme." });
    await using shell = await start({ plugins: ["instructions", "output-styles", plugin], files });
    await type(shell, "poet");
    await shell.send("one");
    expect(lastPrompt(shell)[1]).toContain(
      "What the system prompt says about software work no longer holds either.\n\nRhyme.",
    );
    await type(shell, "Code");
    await shell.send("two");
    expect(lastPrompt(shell)[1]).toMatch(/You help with software[^]*Let code speak\./);
  });

  it("is refused with all names when there is no such style", async () => {
    await using shell = await start();
    await expect(type(shell, "Nosuch")).rejects.toThrow('There is no output style "Nosuch"; there are: Normal,');
  });

  it.each([
    ["keeps what was chosen in it", "Debug", {}, undefined],
    ["follows the command line", "Debug", { outputStyle: "Learning" }, "Learning"],
  ])("survives resume: it %s", async (_what, chosen, settings, told) => {
    await using first = await start();
    await type(first, chosen);
    await first.send("one");
    const session = { past: first.events, source: "resume" } as const;
    await using second = await start({ dir: first.dir, home: first.home, session, settings });
    await second.send("two");
    expect(JSON.stringify(second.requests[0]!.messages[0])).toBe(JSON.stringify(first.requests[0]!.messages[0]));
    expect(lastPrompt(second)).toHaveLength(told === undefined ? 1 : 2);
    expect(await type(second, "")).toContain(`* ${told ?? chosen}`);
  });

  it("in the settings reaches a session that began with another style", async () => {
    await using first = await start({ env: { NACRE_OUTPUT_STYLE: "Code" } });
    await first.send("one");
    const session = { past: first.events, source: "resume" } as const;
    const env = { NACRE_OUTPUT_STYLE: "Debug" };
    await using second = await start({ dir: first.dir, home: first.home, session, env });
    await second.send("two");
    expect(lastPrompt(second)[1]).toMatch(/^The output style is now "Debug" \(as the settings say\)\./);
    expect(second.requests[0]!.system).toEqual(first.requests[0]!.system);
  });
});

it("tells programs which styles there are and which one a session has", async () => {
  await using shell = await boot({
    plugins: ["output-styles"],
    settings: { outputStyle: "Learning" },
    script: [],
  });
  const styles = await shell.kernel.service("outputStyles");
  expect(styles?.current(shell.session)).toBe("Learning");
  expect(await styles?.names()).toEqual(expect.arrayContaining(["Normal", "Learning", "Debug"]));
});

import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import type { OwnedPart, PartOwner } from "../../../schemas/parts.js";
import { boot, say, type Shell } from "../../../test/boot.js";
import { buildListing, lineOf } from "./build-listing.js";
import { linesIn, nameIn } from "./told.js";
import type { Policy } from "./policy.js";

const owner: PartOwner = {
  name: "many",
  dir: "/many",
  origin: "installed",
  format: "plain",
  namespaced: true,
  strict: false,
};

function parts(count: number, length = 100): OwnedPart[] {
  return Array.from({ length: count }, (_, place) => ({
    kind: "skill",
    name: `skill-${place}`,
    file: `/many/skills/skill-${place}/SKILL.md`,
    data: { description: `${place} ${"é".repeat(length)}`, folder: `skill-${place}` },
    owner,
  }));
}

const named = (all: readonly OwnedPart[]): { name: string; part: OwnedPart }[] =>
  all.map((part) => ({ name: `many:${part.name}`, part }));
const policy: Policy = { budget: 8000, most: 1536, overrides: {}, bundled: true, denied: [] };

describe("the budget of the list", () => {
  it.each([
    [10, 100],
    [100, 100],
    [500, 1000],
    [30_000, 500],
    [3, 9000],
  ])("holds in bytes for %i skills with descriptions of %i", (count, length) => {
    const { text } = buildListing(named(parts(count, length)), policy, {});
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(policy.budget);
    expect(text).toMatch(/<\/system-reminder>$/);
  });

  it("lists every name, and drops descriptions of the least used first", () => {
    const { text, complete } = buildListing(named(parts(100)), policy, { "many:skill-99": 3, "many:skill-98": 1 });
    const lines = linesIn(text);
    expect(complete).toBe(false);
    expect(lines).toHaveLength(100);
    expect(lines[99]).toContain(": 99 é");
    expect(lines[98]).toContain(": 98 é");
    expect(lines[0]).toContain(": 0 é");
    expect(lines[97]).toBe("- many:skill-97\n");
  });

  it("drops names last, the used ones never, and says how many and how to find them", () => {
    const { text } = buildListing(named(parts(30_000)), policy, { "many:skill-29999": 1 });
    const names = linesIn(text).map(nameIn);
    expect(names).toContain("many:skill-29999");
    expect(names).toContain("many:skill-0");
    const [, more] = /\((\d+) more; Skill with \{"search": "words"\} finds them\)/.exec(text)!;
    expect(Number(more) + names.length).toBe(30_000);
  });

  it.each([0, 40, 120])("holds even where it is only %i bytes", (budget) => {
    const { text } = buildListing(named(parts(5)), { ...policy, budget }, {});
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(budget);
  });

  it("cuts a description to its most characters", () => {
    expect(lineOf(named(parts(1, 5000))[0]!, 1536, false)).toHaveLength("- many:skill-0: \n".length + 1536);
  });
});

describe("the kept list", () => {
  interface Home extends Shell {
    readonly asked: () => number;
  }

  async function start(all: readonly OwnedPart[], generation: string, home?: Shell): Promise<Home> {
    let asked = 0;
    const catalogue: Plugin = {
      name: "many",
      holds: ["skill"],
      setup(ctx) {
        const service = {
          generation: () => generation,
          count: () => all.length,
          parts: async (kind: string) => (kind === "skill" ? (asked++, all) : []),
          acting: async () => [],
          refusal: async () => undefined,
          refresh: async () => false,
          problems: async () => [],
          inspect: async () => {
            throw new Error("not here");
          },
        };
        ctx.add("service", { name: "catalogue", service });
      },
    };
    const script = [say("ok"), say("ok")];
    const place = home ? { home: home.home, dir: home.dir } : {};
    const shell = await boot({ plugins: ["skills", "commands", catalogue], script, ...place });
    return Object.assign(shell, { asked: () => asked });
  }
  const listed = (shell: Shell): string => {
    const blocks = shell.requests[0]!.messages[0]!.content;
    return blocks.flatMap((block) => (block.type === "text" ? [block.text] : [])).at(-1)!;
  };

  it("spares a start from reading any skill, until something changes", async () => {
    await using first = await start(parts(50), "g1");
    await first.send("go");
    await using second = await start(parts(50), "g1", first);
    await second.send("go");
    expect(first.asked()).toBe(1);
    expect(second.asked()).toBe(0);
    expect(listed(second)).toBe(listed(first));
    await using third = await start(parts(51), "g2", first);
    await third.send("go");
    expect(third.asked()).toBe(1);
    expect(listed(third)).toContain("many:skill-50");
  });

  it("is made anew where its file is damaged, somebody else's, or cannot be written", async () => {
    await using first = await start(parts(3), "g1");
    await first.send("go");
    const folder = join(first.home, "cache", "skills");
    const file = readdirSync(folder).find((name) => name !== "uses.json") ?? "";
    for (const damage of ["{ half", '{"key":"other","text":"evil"}', "[]"]) {
      writeFileSync(join(folder, file), damage);
      await using next = await start(parts(3), "g1", first);
      await next.send("go");
      expect(listed(next)).toBe(listed(first));
    }
  });

  it("keeps at most twenty of its files", async () => {
    await using first = await start(parts(1), "g0");
    for (let n = 1; n <= 25; n++) {
      await using next = await start(parts(1), `g${n}`, first);
      await next.send("go");
    }
    expect(readdirSync(join(first.home, "cache", "skills")).length).toBeLessThanOrEqual(20);
  });
});

import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import type { Layer, LayerName, SettingsView } from "../../../../schemas/settings.js";
import { excludedBy, fits } from "../excluded.js";
import { mountArgs } from "../linux/mounts.js";
import { macLine } from "../mac/profile.js";
import { isHostPattern } from "../network/host-pattern.js";
import { hostFits, listed } from "../network/hosts.js";
import { ruleTexts } from "./from-rules.js";
import { policyOf, type Place, type Policy } from "./policy.js";
import { readSettings, type SandboxSettings } from "./settings.js";

const PLACE: Place = {
  folders: ["/work/repo"],
  userHome: "/home/me",
  home: "/home/me/.nacre",
  output: "/home/me/.nacre/tmp/s",
  scratch: "/home/me/.nacre/tmp/s/scratch",
};

/** Settings as layers give them, weakest first; nothing is held back. */
function view(...layers: readonly (readonly [LayerName, object])[]): SettingsView {
  const all: Layer[] = layers.map(([name, values]) => ({
    name,
    source: name === "user" ? "/home/me/.nacre/config.toml" : name === "project" ? "/work/repo/.nacre.toml" : name,
    values: values as Layer["values"],
  }));
  const at = (values: unknown, path: string): unknown =>
    path.split(".").reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], values);
  return {
    layers: all,
    origins: (path: string) =>
      all.flatMap(({ name, source, values }) => {
        const value = at(values, path);
        return value === undefined ? [] : [{ value, layer: name, source }];
      }),
  } as unknown as SettingsView;
}

/** What this machine is called on its network. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return (all.find(({ internal }) => !internal) ?? all[0])?.address ?? "127.0.0.1";
}

const settingsOf = (...layers: readonly (readonly [LayerName, object])[]): SandboxSettings =>
  readSettings(view(...layers.map(([name, sandbox]) => [name, { sandbox }] as const)), "/work/repo");

const policy = (sandbox: object = {}, permissions: object = {}): Policy => {
  const all = view(["user", { sandbox, permissions }]);
  return policyOf(readSettings(all, "/work/repo"), ruleTexts(all, "/work/repo"), PLACE);
};

describe("Settings of the sandbox", () => {
  it("can be narrowed by a project, and widened by the user alone", () => {
    const project = {
      enabled: false,
      autoAllowBashIfSandboxed: true,
      allowUnsandboxedCommands: true,
      network: { strictAllowlist: false },
    };
    const user = {
      enabled: true,
      autoAllowBashIfSandboxed: false,
      allowUnsandboxedCommands: false,
      network: { strictAllowlist: true },
    };
    const both = settingsOf(["user", user], ["project", project]);
    expect(both).toMatchObject({ enabled: true, autoAllow: false, allowUnsandboxed: false, hosts: { strict: true } });
    expect(both.problems).toHaveLength(4);
    expect(both.problems[0]).toMatch(/^\/work\/repo\/\.nacre\.toml: sandbox\.enabled = false does not count/);
    expect(settingsOf(["project", user])).toMatchObject({ enabled: true, autoAllow: false, hosts: { strict: true } });
    expect(settingsOf(["project", { enabled: true }], ["flag", { enabled: false }]).enabled).toBe(false);
    expect(settingsOf(["user", { enabled: false }], ["managed", { enabled: true }]).enabled).toBe(true);
  });

  it("that name no host, or have no effect on this system, are said", () => {
    const { problems, hosts } = settingsOf([
      "user",
      {
        network: {
          allowedDomains: ["a.com", "https://b.com"],
          deniedDomains: ["c.com/x"],
          allowUnixSockets: ["/run/x"],
          allowLocalBinding: true,
        },
      },
    ]);
    expect(hosts).toMatchObject({ allowed: ["a.com"], denied: [] });
    expect(problems.slice(0, 2)).toEqual([
      expect.stringContaining("the entry https://b.com of sandbox.network.allowedDomains does not count"),
      expect.stringContaining("the entry c.com/x of sandbox.network.deniedDomains does not count"),
    ]);
    const more = problems.slice(2).map((problem) => /sandbox\.network\.\w+ does not count on Linux/.test(problem));
    expect(more).toEqual(process.platform === "linux" ? [true, true] : []);
  });

  it("that are unknown or of another type are said and do not count", () => {
    const { problems, enabled } = settingsOf([
      "user",
      {
        enabled: "yes",
        credentials: {},
        bwrapPath: "bwrap",
        excludedCommands: "docker",
        network: { allowedHosts: [], httpProxyPort: 0 },
        filesystem: { disabled: true },
      },
    ]);
    expect(enabled).toBe(false);
    expect(problems.join("\n")).toMatch(
      /sandbox\.credentials[^]*sandbox\.network\.allowedHosts[^]*sandbox\.filesystem\.disabled/,
    );
    expect(problems).toHaveLength(7);
  });
});

describe("The policy of a place", () => {
  it("lets the workspace be written and nothing else, and hides keys and records", () => {
    const { writable, hidden, shown, hosts, unixSockets } = policy();
    expect(writable).toEqual(["/work/repo", PLACE.scratch]);
    for (const path of ["/home/me/.ssh", "/home/me/.aws", "/home/me/.gnupg", "/home/me/.nacre"])
      expect(hidden).toContain(path);
    expect(shown).toContain("/home/me/.nacre/skills");
    expect(hosts).toEqual({ allowed: [], denied: [], strict: false });
    expect(unixSockets).toEqual([]);
  });

  it("joins settings with rules: Edit, Read and WebFetch(domain:)", () => {
    const filesystem = {
      allowWrite: ["~/.cache", "/opt/x/**", "extra", "/a/*.txt"],
      denyRead: ["~/private"],
      allowRead: ["~/.ssh"],
    };
    const found = policy(
      { filesystem, network: { allowedDomains: ["a.com"], deniedDomains: ["b.com"] } },
      {
        allow: ["Edit(//var/data/**)", "Edit(src/*.ts)", "WebFetch(domain:*.c.com)", "Read(~/notes.txt)", "Bash(ls)"],
        deny: ["Edit(dist/**)", "Edit(*.lock)", "Read(secret)", "WebFetch(domain:d.com)"],
      },
    );
    expect(found.writable).toEqual([
      "/work/repo",
      PLACE.scratch,
      "/home/me/.cache",
      "/opt/x",
      "/home/me/.nacre/extra",
      "/var/data",
    ]);
    expect(found.readOnly).toEqual(["/work/repo/dist"]);
    expect(found.readOnlyGlobs.some(({ fits }) => fits("/work/repo/a/b.lock"))).toBe(true);
    expect(found.hidden).toContain("/home/me/private");
    expect(found.hidden).not.toContain("/home/me/.ssh");
    expect(found.hiddenGlobs.some(({ fits }) => fits("/work/repo/a/secret"))).toBe(true);
    expect(found.hosts).toEqual({ allowed: ["a.com", "*.c.com"], denied: ["b.com", "d.com"], strict: false });
    expect(found.problems).toEqual([expect.stringContaining("/a/*.txt does not count")]);
  });
});

describe("Hosts", () => {
  it.each([
    ["example.com", "example.com", true],
    ["example.com", "a.example.com", false],
    ["example.com", "example.com.evil.org", false],
    ["example.com", "notexample.com", false],
    ["*.example.com", "a.b.example.com", true],
    ["*.example.com", "example.com", false],
    ["*.example.com", "evilexample.com", false],
    ["api-*.example.com", "api-1.example.com", true],
    ["api-*.example.com", "api-1.evil.example.com", false],
    ["EXAMPLE.com", "example.com", true],
    ["example.com:443", "example.com", true],
    ["example.com:80", "example.com", false],
    ["*", "example.com", true],
    ["*", "127.0.0.1", false],
    ["*", "localhost", false],
    ["*", "169.254.169.254", false],
    ["*", "::1", false],
    ["*", "100.100.100.200", false],
    ["*", "fd00:ec2::254", false],
    ["*", "64:ff9b::7f00:1", false],
    ["*", ownAddress(), false],
    ["*.0.0.1", "127.0.0.1", false],
    ["127.0.0.1", "127.0.0.1", true],
    ["[::1]:443", "::1", true],
  ])("compare %s with %s by label (advisory 14)", (pattern, host, expected) => {
    expect(isHostPattern(pattern)).toBe(true);
    expect(hostFits(pattern, host, 443)).toBe(expected);
  });

  it("are none with an empty list, and a denied one stays denied (advisories 26, 29)", () => {
    const none = { allowed: [], denied: [], strict: true };
    expect(listed(none, "example.com", 443)).toBe(false);
    expect(listed({ ...none, strict: false }, "example.com", 443)).toBeUndefined();
    expect(listed({ allowed: ["*"], denied: ["*.evil.com"], strict: false }, "x.evil.com", 443)).toBe(false);
    expect(listed({ allowed: ["a.com"], denied: ["*"], strict: false }, "a.com", 443)).toBe(false);
  });
});

describe("Excluded commands", () => {
  it.each([
    ["docker *", "docker", true],
    ["docker *", "docker ps -a", true],
    ["docker *", "dockerx", false],
    ["docker:*", "docker ps", true],
    ["npm run *:fix", "npm run lint:fix", true],
    ["make", "make all", false],
    ["a*b*c", "abc", true],
    ["a*bc*c", "abc", false],
  ])("compare %s with %s", (pattern, text, expected) => expect(fits(pattern, text)).toBe(expected));

  it("have to be every part of a line that can be read", async () => {
    const read = (unclear?: string, ...lines: readonly string[]): never =>
      ({
        readShell: async () => ({
          commands: lines.map((text) => ({ text, words: text.split(" ") })),
          ...(unclear !== undefined && { unclear }),
        }),
      }) as never;
    expect(await excludedBy("x", ["docker *"], read(undefined, "docker ps"))).toBe("docker *");
    expect(await excludedBy("x", ["docker *"], read(undefined, "docker ps", "rm x"))).toBeUndefined();
    expect(await excludedBy("x", ["docker *"], read("too odd", "docker ps"))).toBeUndefined();
    expect(await excludedBy("kill -- -123", [], undefined)).toBe("kill -- -GROUP");
    for (const line of ["kill -- -123; rm x", "kill -- -1", "kill -9 -- -1"]) {
      expect(await excludedBy(line, [], undefined)).toBeUndefined();
    }
  });
});

describe("Mounts", () => {
  it("go from the outermost to the innermost, and pin what lies above something guarded", () => {
    const none = {
      links: new Map(),
      known: new Map(),
      repositories: new Set<string>(),
      unwanted: [],
      unseen: false,
      partial: [],
      at: 0,
      cut: false,
    };
    const args = mountArgs({
      ...none,
      writable: ["/w", "/h/.nacre/tmp/s"],
      readOnly: ["/w/a/b/.vscode"],
      hidden: [
        { path: "/h/.nacre", isFolder: true },
        { path: "/w/.env", isFolder: false },
      ],
      shown: ["/h/.nacre/skills", "/elsewhere"],
      taken: ["/w/.claude"],
    });
    expect(args.join(" ")).toBe(
      [
        "--ro-bind / /",
        "--bind /w /w --ro-bind /w/a /w/a --ro-bind /w/a/b /w/a/b --bind /w /w",
        "--tmpfs /h/.nacre --ro-bind /w/.claude /w/.claude --ro-bind /dev/null /w/.env",
        "--ro-bind /h/.nacre/skills /h/.nacre/skills --bind /h/.nacre/tmp/s /h/.nacre/tmp/s",
        "--ro-bind /w/a/b/.vscode /w/a/b/.vscode --remount-ro /h/.nacre",
      ].join(" "),
    );
  });
});

describe("The profile for macOS", () => {
  it("is written from the same policy: names existing or not, keys, one proxy port, no sockets", () => {
    const made = policy({ filesystem: { denyRead: ["/secret"], denyWrite: ["/work/repo/frozen"] } });
    const line = macLine(made, { line: "echo hi", shell: "/bin/bash", proxy: { port: 4321, token: "t0ken" } });
    expect(line).toContain("/usr/bin/sandbox-exec -p");
    expect(line).toContain("(deny default");
    expect(line).toContain("/work/repo");
    for (const part of ["/home/me/.ssh", "/secret", "/work/repo/frozen", "settings", "4321"].filter(
      (one) => one !== "settings",
    )) {
      expect(line).toContain(part);
    }
    for (const name of ["nacre", "claude", "vscode", "bashrc"])
      expect(line).toMatch(new RegExp(`deny file-write[^]*${name}`));
    expect(line).not.toContain('network-outbound (remote ip "*:*")');
  });

  it("keep the hooks and settings of a worktree's repository from being written", () => {
    const all = view(["user", {}]);
    const repositories = [{ top: "/work/repo", data: "/main/.git", records: "/main/.git/worktrees/repo" }];
    const made = policyOf(readSettings(all, "/work/repo"), ruleTexts(all, "/work/repo"), { ...PLACE, repositories });
    const line = macLine(made, { line: "true", shell: "/bin/bash" });
    const [, written = "", refused = ""] = line.split(/\((?:allow|deny) file-write\*\n/);
    expect(written).toContain('(subpath "/main/.git")');
    for (const name of ["hooks", "config", "HEAD", "index"])
      expect(refused).toContain(`(subpath "/main/.git/${name}")`);
  });
});

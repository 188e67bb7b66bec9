import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { createServer as createSocket } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { boot, call, say } from "../../../test/boot.js";
import { boxed, text, texts, whyNot } from "./testing.js";

const reason = await whyNot();
const walls = describe.skipIf(reason !== undefined);
const title = (name: string): string => (reason === undefined ? name : `${name} (skipped: ${reason})`);

/** A repository with one commit. */
function repository(dir: string): void {
  const git = (...args: readonly string[]): void => void spawnSync("git", args, { cwd: dir, env: process.env });
  git("init", "-q");
  git("config", "user.email", "a@example.com");
  git("config", "user.name", "A");
  git("commit", "-q", "--allow-empty", "-m", "first");
}

walls(title("Files in the sandbox"), () => {
  it("can be written in the workspace and the temporary folder, and nowhere else", async () => {
    await using shell = await boxed([
      "echo a > a.txt && mkdir -p sub/deep && echo b > sub/deep/b.txt && cat a.txt sub/deep/b.txt",
      'echo t > "$TMPDIR/t" && cat "$TMPDIR/t" && python3 -c "import tempfile; print(len(tempfile.mkdtemp()) > 0)" || true',
      "echo x > ../outside",
      "echo x > /etc/nacre-test",
      "rm -f ../home/keep; ls ../home/keep",
    ]);
    const [inside, temporary, above, absolute] = texts(shell);
    expect(inside).toBe("a\nb");
    expect(temporary).toMatch(/^t\b/);
    expect(above).toMatch(/Read-only file system[^]*Sandbox: Writing \S+outside was refused/);
    expect(absolute).toMatch(/Sandbox: Writing \/etc\/nacre-test was refused: it lies outside/);
    expect(existsSync(join(shell.dir, "../outside"))).toBe(false);
    expect(existsSync("/etc/nacre-test")).toBe(false);
  });

  it("are not reached through links made inside, by the sandbox or by a tool that follows (advisories 23, 33)", async () => {
    const outside = mkdtempSync(join(tmpdir(), "nacre-out-"));
    const file = join(outside, "target");
    writeFileSync(file, "untouched");
    await using shell = await boot({
      plugins: ["bash", "permissions", "sandbox", "write"],
      settings: { "sandbox.enabled": true, "permissions.defaultMode": "acceptEdits" },
      script: [
        call("Bash", { command: `ln -s ${file} link; ln -s ${outside} folder; echo x > link; echo x > folder/new` }),
        call("Write", { file_path: "link", content: "written" }),
        call("Write", { file_path: "folder/new", content: "written" }),
        say("done"),
      ],
    });
    await shell.send("go");
    expect(texts(shell)[0]).toMatch(/Sandbox: Writing .*target.* was refused/);
    expect(readFileSync(file, "utf8")).toBe("untouched");
    expect(readdirSync(outside)).toEqual(["target"]);
    rmSync(outside, { recursive: true });
  });

  it("are not reached through /proc, a new mount, a new namespace or the kernel's settings", async () => {
    const pattern = readFileSync("/proc/sys/kernel/core_pattern", "utf8");
    const output = await text(
      [
        "echo x > /proc/1/root/etc/nacre-test",
        "echo x > /proc/self/root/etc/nacre-test",
        "mount -t tmpfs none /mnt",
        "mount -o remount,rw /",
        "unshare -Urm true",
        "umount /etc",
        "echo '|/bin/false' > /proc/sys/kernel/core_pattern",
        "echo still here",
      ].join("\n"),
    );
    expect(output).toContain("still here");
    expect(output).toContain("Sandbox: Writing /proc/sys/kernel/core_pattern was refused");
    expect(output).toContain("Sandbox: Mounting is refused");
    expect(existsSync("/etc/nacre-test")).toBe(false);
    expect(readFileSync("/proc/sys/kernel/core_pattern", "utf8")).toBe(pattern);
  });

  it("that hold keys or nacre's own records cannot be read", async () => {
    const files = {
      "~/.ssh/id_ed25519": "KEY",
      "~/.aws/credentials": "KEY",
      "~/.netrc": "KEY",
      "~/.nacre/audit/log": "KEY",
      "~/.nacre/tmp/other/scratch/file": "KEY",
      "~/.nacre/skills/mine/SKILL.md": "a skill",
      ".env": "KEY",
      "conf/server.key": "KEY",
      "conf/public.pem": "-----BEGIN CERTIFICATE-----",
      "conf/.env.example": "example",
    };
    const command =
      "cd ~; cat .ssh/id_ed25519 .aws/credentials .netrc .nacre/audit/log .nacre/tmp/other/scratch/file .nacre/skills/mine/SKILL.md; cd - >/dev/null; cat .env conf/*";
    await using shell = await boxed([command, "cat conf/.env.example"], { files });
    const [output, example] = texts(shell);
    expect(output).not.toContain("KEY");
    expect(output).toContain("a skill");
    expect(output).toContain("BEGIN CERTIFICATE");
    expect(output).toMatch(/Sandbox: Reading \S+\.ssh was refused/);
    expect(example).toBe("example");
  });

  it("follow the lists of the settings, with none, one and many entries (advisory 29)", async () => {
    const more = realpathSync(mkdtempSync(join(tmpdir(), "nacre-more-")));
    const files = { "a/x": "1\n", "b/x": "2\n", "c/x": "3\n", ".env": "lifted\n", "docs/one.lock": "l" };
    const command = `echo n > ${more}/new; for d in a b c docs; do echo w > $d/w; done; cat a/x b/x c/x .env; echo w > docs/one.lock`;
    const settings = {
      "sandbox.filesystem.allowWrite": [more],
      "sandbox.filesystem.denyWrite": ["a", "./b", "not-there", "**/*.lock"],
      "sandbox.filesystem.denyRead": ["b", "c/x"],
      "sandbox.filesystem.allowRead": [".env"],
    };
    await using listed = await boxed([command, "mkdir not-there"], { files, settings });
    const [output, missing] = texts(listed);
    expect(readFileSync(join(more, "new"), "utf8")).toBe("n\n");
    expect(output).toMatch(/^1$/m);
    expect(output).toMatch(/^lifted$/m);
    expect(output).not.toMatch(/^[23]$/m);
    for (const path of ["a/w", "b/w"]) expect(existsSync(join(listed.dir, path))).toBe(false);
    expect(existsSync(join(listed.dir, "c/w"))).toBe(true);
    expect(readFileSync(join(listed.dir, "docs/one.lock"), "utf8")).toBe("l");
    expect(missing).toMatch(/File exists/);
    expect(existsSync(join(listed.dir, "not-there"))).toBe(false);
    const empty = Object.fromEntries(Object.keys(settings).map((key) => [key, []]));
    await using none = await boxed([command], { files, settings: empty });
    expect(texts(none)[0]).toMatch(/Read-only file system/);
    for (const path of ["a/w", "b/w", "c/w"]) expect(existsSync(join(none.dir, path))).toBe(true);
    rmSync(more, { recursive: true });
  });

  it("follow the rules of permissions", async () => {
    const more = realpathSync(mkdtempSync(join(tmpdir(), "nacre-rule-")));
    const settings = {
      "permissions.allow": [`Edit(/${more}/**)`, "Read(.env)"],
      "permissions.deny": ["Edit(frozen/**)", "Read(private.txt)"],
    };
    const files = { "frozen/f": "f", "sub/private.txt": "PRIVATE", ".env": "ENV" };
    const output = await text(`echo x > ${more}/x; echo x > frozen/f; cat sub/private.txt; cat .env`, {
      files,
      settings,
    });
    expect(existsSync(join(more, "x"))).toBe(true);
    expect(output).toMatch(/frozen\/f: Read-only/);
    expect(output).not.toContain("PRIVATE");
    expect(output).toContain("ENV");
    rmSync(more, { recursive: true });
  });
});

walls(title("Names that decide over what runs later"), () => {
  it("cannot be written where they are there (advisories 20, 39, 42)", async () => {
    const files = {
      ".nacre/settings.toml": "a",
      ".claude/settings.json": "a",
      ".mcp.json": "a",
      ".vscode/tasks.json": "a",
      "pkg/.npmrc": "a",
      "pkg/.husky/pre-commit": "a",
    };
    const paths = Object.keys(files);
    await using shell = await boxed(
      [
        paths.map((path) => `echo b > ${path}`).join("; "),
        paths.map((path) => `rm -rf ${path}`).join("; "),
        "mv pkg gone; mv .claude c2; mv .vscode/tasks.json t; ln -sf /dev/null .mcp.json; rm -rf pkg .vscode",
      ],
      { files },
    );
    for (const path of paths) expect(readFileSync(join(shell.dir, path), "utf8")).toBe("a");
  });

  it("cannot be made where editors and agents look, and nothing is left of what kept them away (advisories 20, 42)", async () => {
    await using shell = await boxed([
      "mkdir -p .claude .nacre .vscode; echo x > .claude/settings.json; echo x > .nacre/settings.toml; echo x > .mcp.json; echo x > .nacre.toml; echo x > .vscode/settings.json; git init -q . ; git status --short",
    ]);
    expect(texts(shell)[0]).not.toMatch(/\?\?/);
    expect(readdirSync(shell.dir)).toEqual([".git"]);
  });

  it("lose their effect when a command makes them further down", async () => {
    await using shell = await boxed([
      "mkdir -p a/b/.vscode a/.config/git; echo x > a/b/.vscode/tasks.json; echo x > a/.bashrc; ln -s /etc a/.claude; echo x > a/.config/git/config; echo ok > a/ok",
    ]);
    expect(readdirSync(join(shell.dir, "a")).toSorted()).toEqual([
      ".config",
      "b",
      "bashrc.refused",
      "claude.refused",
      "ok",
    ]);
    expect(readdirSync(join(shell.dir, "a/b"))).toEqual(["vscode.refused"]);
    expect(readdirSync(join(shell.dir, "a/.config"))).toEqual(["git.refused"]);
    expect(texts(shell)[0]).toMatch(/Sandbox: \S+\/a\/\.bashrc decides over what runs later, so it was renamed/);
  });

  it("lose their effect when a command renames something to them, or puts something in the place of a link", async () => {
    await using shell = await boxed(
      [
        "echo x > plain; mv plain sub/.envrc; ln -s real .yarnrc",
        "rm -f .yarnrc; echo evil > .yarnrc; rm -f sub/.zshrc",
      ],
      { files: { "sub/x": "" } },
    );
    expect(readdirSync(join(shell.dir, "sub")).toSorted()).toEqual(["envrc.refused", "x"]);
    expect(readdirSync(shell.dir)).not.toContain(".yarnrc");
  });

  it("stay links to where they led", async () => {
    await using shell = await boot({
      plugins: ["bash", "sandbox"],
      settings: { "sandbox.enabled": true },
      files: { "real/settings.json": "{}" },
      script: [
        call("Bash", { command: "rm -f .idea; mkdir .idea; echo x > .idea/x; echo y > real/settings.json" }),
        say("done"),
      ],
    });
    spawnSync("ln", ["-s", "real", join(shell.dir, ".idea")]);
    await shell.send("go");
    expect(lstatSync(join(shell.dir, ".idea")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(shell.dir, "real/settings.json"), "utf8")).toBe("{}");
  });

  it("may be made meanwhile by a tool that the person approved", async () => {
    await using shell = await boot({
      plugins: ["bash", "permissions", "sandbox", "write"],
      settings: { "sandbox.enabled": true },
      files: { "sub/x": "" },
      ask: async () => ({ behavior: "allow" }),
      script: [
        call("Bash", { command: "sleep 1.5; echo x > sub/.npmrc", run_in_background: true }),
        call("Write", { file_path: "sub/.envrc", content: "mine" }),
        call("Bash", { command: "sleep 2" }),
        say("done"),
      ],
    });
    await shell.send("go");
    expect(readdirSync(join(shell.dir, "sub")).toSorted()).toEqual([".envrc", "npmrc.refused", "x"]);
  });
});

walls(title("A repository in the sandbox"), () => {
  it("can be committed to, but its hooks and settings cannot be changed (advisory 47)", async () => {
    await using shell = await boot({
      plugins: ["bash", "sandbox"],
      settings: { "sandbox.enabled": true },
      files: { "a.txt": "a" },
      script: [
        call("Bash", {
          command: "git add a.txt && git commit -q -m second && git log --oneline | wc -l && git status --short",
        }),
        call("Bash", {
          command:
            "echo x > .git/hooks/post-commit; git config core.fsmonitor ./evil; echo x > .git/config; mv .git/config c; mv .git g; rm -rf .git/hooks; mkdir g2; echo g2 > .git/commondir; echo x > .git/config.worktree",
        }),
        say("done"),
      ],
    });
    repository(shell.dir);
    const before = readFileSync(join(shell.dir, ".git/config"), "utf8");
    const hooks = readdirSync(join(shell.dir, ".git/hooks"));
    await shell.send("go");
    expect(texts(shell)[0]).toBe("2");
    expect(readFileSync(join(shell.dir, ".git/config"), "utf8")).toBe(before);
    expect(readdirSync(join(shell.dir, ".git/hooks"))).toEqual(hooks);
    for (const name of ["commondir", "config.worktree"]) expect(existsSync(join(shell.dir, ".git", name))).toBe(false);
  });

  it("keeps a folder of hooks from being made, also one that its settings name", async () => {
    await using shell = await boot({
      plugins: ["bash", "sandbox"],
      settings: { "sandbox.enabled": true },
      files: { "tools/hooks/pre-commit": "true" },
      script: [
        call("Bash", {
          command:
            "mkdir .git/hooks; echo x > .git/hooks/pre-commit; echo x > tools/hooks/pre-commit; echo x > tools/hooks/new",
        }),
        say("done"),
      ],
    });
    repository(shell.dir);
    rmSync(join(shell.dir, ".git/hooks"), { recursive: true });
    spawnSync("git", ["config", "core.hooksPath", "tools/hooks"], { cwd: shell.dir });
    await shell.send("go");
    expect(existsSync(join(shell.dir, ".git/hooks"))).toBe(false);
    expect(readdirSync(join(shell.dir, "tools/hooks"))).toEqual(["pre-commit"]);
    expect(readFileSync(join(shell.dir, "tools/hooks/pre-commit"), "utf8")).toBe("true");
  });

  it("may be made by a command as long as it starts nothing (advisories 47, 61)", async () => {
    await using shell = await boxed([
      "git init -q good && git -C good -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git -C good log --oneline | wc -l",
      "git init -q evil && git -C evil config core.fsmonitor ./run; git init -q --bare bare && git -C bare config core.fsmonitor ./run; git init -q hook && echo x > hook/.git/hooks/pre-commit",
      "git -C good config core.pager ./run",
    ]);
    expect(texts(shell)[0]).toBe("1");
    expect(existsSync(join(shell.dir, "good/.git/config"))).toBe(true);
    expect(readFileSync(join(shell.dir, "good/.git/config"), "utf8")).not.toContain("pager");
    for (const path of ["evil/.git/config", "bare/config", "hook/.git/hooks"]) {
      expect(existsSync(join(shell.dir, path))).toBe(false);
      expect(existsSync(join(shell.dir, `${path}.refused`))).toBe(true);
    }
  });
});

walls(title("The network in the sandbox"), () => {
  it("is not there, whether no list or an empty one is given (advisories 4, 29)", async () => {
    const server = createServer((_, response) => response.end("REACHED")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const command = `curl -s -m 3 http://127.0.0.1:${port}/; exec 3<>/dev/tcp/127.0.0.1/${port} && echo REACHED; getent hosts example.com`;
    for (const settings of [{}, { "sandbox.network.allowedDomains": [] }]) {
      expect(await text(command, { settings, session: { headless: true } })).not.toContain("REACHED");
    }
    server.close();
  });

  it("leads to the hosts on the list and to no other, and carries no password", async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers["proxy-authorization"]);
      response.end("REACHED");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await using shell = await boxed(
      [
        `curl -s http://127.0.0.1:${port}/`,
        `curl -s -m 5 http://127.0.0.2:${port}/; curl -s -m 5 -x socks5h://localhost:3128 http://127.0.0.3:${port}/; curl -s -m 5 http://example.com/`,
        "env | grep -i proxy | grep -c @ || true",
      ],
      { settings: { "sandbox.network.allowedDomains": [`127.0.0.1:${port}`] } },
    );
    const [allowed, others, passwords] = texts(shell);
    expect(allowed).toBe("REACHED");
    expect(others).not.toContain("REACHED");
    for (const host of ["127.0.0.2", "127.0.0.3"])
      expect(others).toContain(`Connecting to ${host}:${port} was refused`);
    expect(passwords).toBe("0");
    expect(asked).toEqual([undefined]);
    server.close();
  });

  it("is asked about once for each host, and a yes can be kept as a rule", async () => {
    const server = createServer((_, response) => response.end("REACHED")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const questions: string[] = [];
    await using shell = await boxed(
      [
        `curl -s --noproxy '' http://127.0.0.1:${port}/; curl -s --noproxy '' http://127.0.0.1:${port}/`,
        `curl -s --noproxy '' http://127.0.0.1:${port}/`,
        `curl -s --noproxy '' http://127.0.0.9:${port}/`,
      ],
      {
        ask: async ({ reason, suggestions }) => {
          questions.push(reason);
          expect(suggestions[0]).toMatchObject({ rules: [{ toolName: "WebFetch" }], behavior: "allow" });
          return reason.includes("127.0.0.1") ? { behavior: "allow" } : { behavior: "deny", message: "no" };
        },
      },
    );
    expect(texts(shell)[0]).toBe("REACHEDREACHED");
    expect(texts(shell)[1]).toBe("REACHED");
    expect(texts(shell)[2]).not.toMatch(/^REACHED/);
    expect(questions).toHaveLength(2);
    server.close();
  });

  it("is not asked about when the list is strict", async () => {
    const output = await text("curl -s -m 5 --noproxy '' http://127.0.0.1:9/; echo $?", {
      settings: { "sandbox.network.strictAllowlist": true },
      ask: () => Promise.reject(new Error("Nobody is to be asked.")),
    });
    expect(output).toMatch(/^[1-9]/);
  });

  it("has no Unix sockets unless they are all allowed", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "nacre-sock-")), "s");
    const server = createSocket((socket) => socket.end("REACHED")).listen(path);
    await once(server, "listening");
    const command = `${process.execPath} -e "require('net').connect('${path}').on('data', d => console.log(String(d))).on('error', e => console.log(e.code))"`;
    expect(await text(command)).not.toContain("REACHED");
    expect(await text(command, { settings: { "sandbox.network.allowAllUnixSockets": true } })).toContain("REACHED");
    server.close();
  });

  it("goes through the user's own proxy where one is named", async () => {
    const proxy = createServer((request, response) => response.end(`asked for ${request.url}`)).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const { port } = proxy.address() as AddressInfo;
    const output = await text("curl -s http://anything.test/x", {
      settings: { "sandbox.network.httpProxyPort": port },
    });
    expect(output).toBe("asked for http://anything.test/x");
    proxy.close();
  });
});

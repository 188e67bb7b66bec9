import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { boot, call, say } from "../../../test/boot.js";
import { boxed, text, texts, whyNot } from "./testing.js";

const reason = await whyNot();
const walls = describe.skipIf(reason !== undefined);
const title = (name: string): string => (reason === undefined ? name : `${name} (skipped: ${reason})`);

walls(title("Files in the sandbox"), () => {
  it("can be written in the workspace and the temporary folder, and nowhere else", async () => {
    await using shell = await boxed([
      "echo a > a.txt && mkdir -p sub/deep && echo b > sub/deep/b.txt && cat a.txt sub/deep/b.txt",
      'echo t > "$TMPDIR/t" && cat "$TMPDIR/t" && mktemp -d',
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

  it("of nacre's own home can be read but not written when the user's home is the workspace (advisory 20)", async () => {
    const files = { "~/.nacre/skills/mine/SKILL.md": "a skill", "~/.nacre/plugins/x/plugin.json": "{}" };
    await using place = await boot({ plugins: [], script: [], files });
    const home = place.home;
    await using shell = await boot({
      plugins: ["bash", "sandbox"],
      settings: { "sandbox.enabled": true },
      script: [
        call("Bash", {
          command:
            "cd .nacre; cat skills/mine/SKILL.md; for f in skills/new plugins/x/plugin.json NACRE.md hooks/h config.toml; do echo evil > $f; done; cd ..; echo ok > made",
        }),
        say("done"),
      ],
      dir: join(home, ".."),
      home,
    });
    await shell.send("go");
    expect(texts(shell)[0]).toMatch(/^a skill/);
    expect(readFileSync(join(home, "plugins/x/plugin.json"), "utf8")).toBe("{}");
    for (const name of ["skills/new", "NACRE.md", "hooks", "config.toml"]) {
      expect(existsSync(join(home, name))).toBe(false);
    }
    expect(existsSync(join(home, "../made"))).toBe(true);
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

import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { PROGRAM, ended, workshop } from "../program.js";

const SLEEPER = `
- call: { name: Bash, input: { command: sh wait.sh } }
- text: Not reached.
`;

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited++) {
    if (waited > 500) throw new Error("It never happened.");
    await new Promise((resolve) => void setTimeout(resolve, 20));
  }
}

/** A process that has ended and only waits for its parent to notice is not alive. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return /^[^Z]/.test(stdout.trim());
}

describe("the program with -p", () => {
  it("answers a prompt with what was piped in", async () => {
    using shop = workshop('- expect: { prompt: "Explain:\\n\\na diff" }\n  text: It says hello.\n');
    const ran = await shop.run(["-p", "Explain:", ...shop.provider], "a diff\n");
    expect(ran).toEqual({ code: 0, stdout: "It says hello.\n", stderr: "" });
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("ends at %s with %i, and what it started is gone by then", async (signal, code) => {
    using shop = workshop(SLEEPER);
    writeFileSync(join(shop.dir, "wait.sh"), "echo $$ > pid\nsleep 60\n");
    const args = ["-p", "go", "--output-format", "json", "--allowed-tools", "Bash"];
    const child = shop.start([...args, ...shop.provider]);
    child.stdin.end();
    const end = ended(child);
    const file = join(shop.dir, "pid");
    await until(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\n"));
    child.kill(signal);
    const ran = await end;
    expect(ran.code).toBe(code);
    expect(isAlive(Number(readFileSync(file, "utf8")))).toBe(false);
    if (signal !== "SIGINT") expect(ran.stdout).toBe("");
    else expect(JSON.parse(ran.stdout)).toMatchObject({ is_error: true, terminal_reason: "aborted_tools" });
  });

  it("ends quietly when whoever reads its output stops reading", async () => {
    using shop = workshop(`- text: [${Array.from({ length: 20_000 }, (_, word) => `w${word}`).join(", ")}]\n`);
    const args = ["-p", "go", "--output-format", "stream-json", "--include-partial-messages", ...shop.provider];
    const child = shop.start(args);
    child.stdin.end();
    const end = ended(child);
    child.stdout.once("data", () => child.stdout.destroy());
    const ran = await end;
    expect(ran.stderr).toBe("");
  });

  it("says in one sentence that its output cannot be written", async () => {
    using shop = workshop("- text: Hello.\n");
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, [PROGRAM, "-p", "go", ...shop.provider], {
      cwd: shop.dir,
      env: shop.env,
      stdio: ["ignore", full, "pipe"],
    });
    let stderr = "";
    child.stderr?.on("data", (part) => (stderr += String(part)));
    const code = await new Promise((resolve) => void child.on("close", resolve));
    closeSync(full);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: Standard output cannot be written to: .*ENOSPC.*\.\n$/);
  });

  it("writes only JSON to standard output, also when flags without effect are given", async () => {
    using shop = workshop("- text: Hello.\n");
    const ran = await shop.run(["-p", "go", "--effort", "high", "--output-format", "json", ...shop.provider]);
    expect(JSON.parse(ran.stdout)).toMatchObject({ result: "Hello." });
    expect(ran.stderr).toMatch(/^--effort has no effect here: .*\n$/);
  });
});

describe("the program with a client library's command line", () => {
  it("works as the public headless protocol says", async () => {
    using shop = workshop(`
- call: { name: Write, input: { file_path: new.txt, content: one } }
- text: Written.
- text: Second.
`);
    const [, provider, , script] = shop.provider;
    const always = "--output-format stream-json --verbose --input-format stream-json";
    const options = "--permission-prompt-tool=stdio --setting-sources=user --permission-mode=default --max-turns=5";
    const own = [`--provider=${provider}`, `--script=${script}`, "--allowedTools=Read,Bash(git *)"];
    const child = shop.start([...`${always} ${options}`.split(" "), ...own]);
    const say = (line: object): void => void child.stdin.write(`${JSON.stringify(line)}\n`);
    const user = (text: string): void =>
      say({ type: "user", session_id: "", message: { role: "user", content: [{ type: "text", text }] }, ...PARENT });
    const seen: string[] = [];
    createInterface(child.stdout).on("line", (text) => {
      const line = JSON.parse(text) as Line;
      seen.push([line.type, line.subtype ?? line.request?.subtype ?? line.response?.subtype].join(" ").trim());
      if (line.type === "control_response") user("first");
      else if (line.request?.subtype === "hook_callback") answer(say, line, {});
      else if (line.request?.subtype === "can_use_tool") {
        answer(say, line, { behavior: "allow", updatedInput: { ...line.request.input, content: "two" } });
      } else if (line.result === "Written.") user("second");
      else if (line.result === "Second.") child.stdin.end();
    });
    const hooks = { PreToolUse: [{ matcher: "Write", hookCallbackIds: ["hook_0"] }] };
    const request = { subtype: "initialize", hooks, systemPrompt: [""] };
    say({ type: "control_request", request_id: "r1", request });
    const ran = await ended(child);
    expect(ran.stderr).toBe("");
    expect(ran.code).toBe(0);
    expect(readFileSync(join(shop.dir, "new.txt"), "utf8")).toBe("two");
    expect(seen).toEqual([
      "control_response success",
      "system init",
      "assistant",
      "control_request hook_callback",
      "control_request can_use_tool",
      "user",
      "assistant",
      "result success",
      "system init",
      "assistant",
      "result success",
    ]);
  });
});

const PARENT = { parent_tool_use_id: null };

interface Line {
  readonly type: string;
  readonly subtype?: string;
  readonly result?: string;
  readonly request_id?: string;
  readonly request?: { readonly subtype: string; readonly input: object };
  readonly response?: { readonly subtype: string };
}

function answer(say: (line: object) => void, { request_id }: Line, response: object): void {
  say({ type: "control_response", response: { subtype: "success", request_id, response } });
}

import { execFileSync, spawnSync } from "node:child_process";
import { describe, it } from "vitest";
import { PROGRAM, workshop, type Workshop } from "../program.js";

const hasTmux = spawnSync("tmux", ["-V"]).status === 0;

/** A real terminal of 100 columns, with the program in it. */
class Terminal implements Disposable {
  readonly #socket: string;

  constructor({ dir, env, provider }: Workshop, more: Readonly<Record<string, string>> = {}) {
    this.#socket = `nacre-test-${process.pid}-${performance.now()}`;
    const settings = Object.entries({ ...env, ...more }).map(([name, value]) => `${name}=${quoted(value ?? "")}`);
    const program = [process.execPath, PROGRAM, ...provider].map(quoted).join(" ");
    const command = `env -i TERM=xterm-256color ${settings.join(" ")} ${program}; echo CODE $?; stty -a | grep -- -icanon || echo COOKED; sleep 60`;
    this.#tmux("-f", "/dev/null", "new-session", "-d", "-s", "main", "-x", "100", "-y", "40", "-c", dir, command);
  }

  type(...keys: readonly string[]): void {
    this.#tmux("send-keys", "-t", "main", ...keys);
  }

  /** Pastes as a terminal does it. */
  paste(text: string): void {
    this.#tmux("set-buffer", text);
    this.#tmux("paste-buffer", "-p", "-t", "main");
  }

  resize(columns: number): void {
    this.#tmux("resize-window", "-t", "main", "-x", String(columns));
  }

  screen(): string {
    return this.#tmux("capture-pane", "-p", "-S", "-", "-t", "main");
  }

  async sees(pattern: RegExp): Promise<void> {
    for (let waited = 0; !pattern.test(this.screen()); waited++) {
      if (waited > 150) throw new Error(`${String(pattern)} was not shown, but:\n${this.screen()}`);
      await new Promise((resolve) => void setTimeout(resolve, 50));
    }
  }

  [Symbol.dispose](): void {
    spawnSync("tmux", ["-L", this.#socket, "kill-server"]);
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync("tmux", ["-L", this.#socket, ...args], { encoding: "utf8" });
  }
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

describe.skipIf(!hasTmux)("the plain front in a real terminal", () => {
  it("talks, asks, runs, stops and leaves the terminal as it was", async () => {
    using shop = workshop(`
- text: "got {{prompt}} end"
- call: { name: Bash, input: { command: "echo hello > out.txt" } }
- text: Written.
- call: { name: Bash, input: { command: "touch nap; sleep 60" } }
`);
    using terminal = new Terminal(shop);
    await terminal.sees(/\/help lists the commands.*\n>\s*$/);
    terminal.paste("one\ntwo");
    await terminal.sees(/> one⏎two/);
    terminal.type("Left", "Left", "!", "Enter");
    await terminal.sees(/got one\nt!wo end\n>/);
    terminal.type("write it", "Enter");
    await terminal.sees(/command: echo hello > out\.txt[^]*Allow it\?/);
    terminal.resize(60);
    terminal.type("y");
    await terminal.sees(/Allow it\? yes\nBash echo hello > out\.txt: done\nWritten\.\n>/);
    terminal.type("sleep", "Enter");
    await terminal.sees(/touch nap[^]*Allow it\?/);
    terminal.type("y");
    await terminal.sees(/Allow it\? yes\nBash touch nap; sleep 60/);
    terminal.type("C-c");
    await terminal.sees(/Stopped\.\n>/);
    terminal.type("C-d");
    await terminal.sees(/To go on with this conversation: nacre --resume [^]*CODE 0\nCOOKED/);
  });

  it("writes no colours with NO_COLOR and no control sequence of the model ever", async () => {
    using shop = workshop('- text: "\\e]0;evil\\a\\e[31mred\\e[0m"\n');
    using terminal = new Terminal(shop, { NO_COLOR: "1" });
    await terminal.sees(/\n>\s*$/);
    terminal.type("go", "Enter");
    await terminal.sees(/\\x1b\]0;evil\\x07\\x1b\[31mred\\x1b\[0m/);
  });

  it("works in a terminal that can do nothing", async () => {
    using shop = workshop("- text: Hello.\n");
    using terminal = new Terminal(shop, { TERM: "dumb" });
    await terminal.sees(/\n>\s*$/);
    terminal.type("go", "Enter");
    await terminal.sees(/Hello\./);
    terminal.type("C-d");
    await terminal.sees(/CODE 0/);
  });
});

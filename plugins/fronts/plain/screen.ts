import type { Io } from "../../../schemas/front.js";
import { sanitize } from "../../../schemas/printable.js";

const STYLES = { dim: 2, bold: 1, red: 31, yellow: 33, plain: 0 } as const;
export type Style = keyof typeof STYLES;

/**
 * Everything that is shown, appended and never redrawn. Nothing but colours passes, so that who forgets to sanitise what
 * it shows harms nobody.
 */
export class Screen {
  readonly #stdout: Io["stdout"];
  readonly #coloured: boolean;
  #atStart = true;

  constructor({ stdout }: Io, env: Readonly<Record<string, string | undefined>>) {
    this.#stdout = stdout;
    this.#coloured = Boolean(stdout.isTTY) && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  }

  /** True when the next character stands at the beginning of a line. */
  get atStart(): boolean {
    return this.#atStart;
  }

  /** Appends text. */
  write(text: string): void {
    if (text === "") return;
    this.#stdout.write(sanitize(text, { colour: "keep" }));
    this.#atStart = text.endsWith("\n");
  }

  /** Ends the line at hand, if there is one. */
  endLine(): void {
    if (!this.#atStart) this.write("\n");
  }

  /** A line of its own. */
  line(text: string, style: Style = "plain"): void {
    this.endLine();
    this.write(`${this.styled(text, style)}\n`);
  }

  /** The terminal's own editor has written a line. */
  wasEdited(): void {
    this.#atStart = true;
  }

  styled(text: string, style: Style): string {
    return this.#coloured && style !== "plain" ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
  }
}

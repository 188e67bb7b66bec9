import { Writable } from "node:stream";
import type { Io } from "../../../schemas/front.js";

/** Output for a line editor that draws only while a line is edited: the editor redraws its line whenever the terminal is resized. */
export class LineOutput extends Writable {
  readonly isTTY = true;
  /** True while a line is edited. */
  editing = false;
  readonly #stdout: Io["stdout"];
  readonly #resized = (): void => void (this.editing && this.emit("resize"));

  constructor(stdout: Io["stdout"]) {
    super({ decodeStrings: false });
    this.#stdout = stdout;
    stdout.on("resize", this.#resized);
  }

  /** Width of the terminal; undefined where it is not known. */
  get columns(): number | undefined {
    return this.#stdout.columns;
  }

  release(): void {
    this.#stdout.off("resize", this.#resized);
  }

  override _write(text: string | Buffer, _encoding: string, done: () => void): void {
    this.#stdout.write(text);
    done();
  }
}

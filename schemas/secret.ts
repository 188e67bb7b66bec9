import { know } from "./redact.js";

type Env = Readonly<Record<string, string | undefined>>;

const SHOWN = "***";

/**
 * A key, token or password. Whatever writes it down writes `***`; its value comes out by `reveal` alone, where a request
 * is made. `redact` knows its value from here on.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    know(value);
  }

  /** The value itself: for the one request it belongs to. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [Symbol.toPrimitive](): string {
    return SHOWN;
  }

  static {
    // What `console.log` and `util.inspect` ask.
    Object.defineProperty(Secret.prototype, Symbol.for("nodejs.util.inspect.custom"), { value: () => SHOWN });
  }
}

/** What a variable holds, without blanks around it; undefined where it holds nothing. */
export function secretIn(env: Env, name: string): Secret | undefined {
  const value = env[name]?.trim();
  return value ? new Secret(value) : undefined;
}

/** Says what cannot leave the process, and what to do. */
export class Refusals {
  readonly #plugin: string;
  readonly #remedy: string;

  constructor(plugin: string, remedy: string) {
    this.#plugin = plugin;
    this.#remedy = remedy;
  }

  /** `what`: such as `offer the service "x"`. */
  error(what: string): Error {
    const error = new Error(`Plugin "${this.#plugin}" cannot ${what} from a process of its own; ${this.#remedy}`);
    error.name = "UserError";
    return error;
  }

  /** An object each of whose missing members says so when it is used. */
  guard<T extends object>(object: T, what: (member: string) => string): T {
    return new Proxy(object, {
      get: (target, key) => {
        if (key in target || typeof key === "symbol" || key === "then" || key === "toJSON") {
          return Reflect.get(target, key) as unknown;
        }
        throw this.error(what(key));
      },
    });
  }
}

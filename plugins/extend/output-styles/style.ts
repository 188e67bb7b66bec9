/** A way of answering. */
export interface Style {
  /** As it is chosen; `plugin:name` for a style of a plugin. */
  readonly name: string;
  readonly description: string;
  /** "built in", or where its file comes from. */
  readonly origin: string;
  /** False: what the system prompt says about software work does not hold. */
  readonly keepsCoding: boolean;
  /** A plugin wants it wherever the plugin is switched on. */
  readonly forced: boolean;
  /** Its words; "" for the usual way. */
  body(): Promise<string>;
}

/** The style that adds nothing, and the name the format has for it. */
export const NORMAL = "Normal";
export const FORMAT_DEFAULT = "default";

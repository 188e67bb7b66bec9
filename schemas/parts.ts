import type { JsonObject, JsonValue } from "./json.js";
import type { Manifest } from "./manifest.js";
import type { Acting } from "./trusted.js";

/** Something wrong in a plugin's files. One sentence each for what is wrong and what to do. */
export interface Diagnostic {
  /** "error": this part is not there. "warning": it is there, read leniently. "info": worth knowing. */
  readonly severity: "error" | "warning" | "info";
  /** A stable word, such as `path-escapes` or `front-matter-recovered`. */
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
  /** Absolute path. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** The rule's place, such as `Agent Plugins 1.0, section 5.2`. */
  readonly rule?: string;
}

/** A skill, command, agent, hook file, ...: plain data, so that an index can keep it. */
export interface Part {
  /** The kind's name: `skill`, `command`, `agent`, `hook`, `mcp-server`, `lsp-server`, `output-style`, ... */
  readonly kind: string;
  /** Its name inside its plugin, without the plugin's. */
  readonly name: string;
  /** Absolute path of the file it stands in. */
  readonly file: string;
  /** What the reader of the kind made of it. */
  readonly data: JsonObject;
}

/** Where parts of one kind stand in one plugin: a file or folder, or a value written in a manifest. */
export interface PartPlace {
  /** Absolute path; contained in the plugin's folder, which the format has checked. */
  readonly path?: string;
  /** A value given in place of a path. */
  readonly value?: JsonValue;
  /** The file the value is written in, or the one that names the path. */
  readonly from?: string;
  /** A file or folder that need not be there. */
  readonly optional?: boolean;
}

/** A plugin's folder as its format understands it; nothing in it has been run. */
export interface Package {
  /** The name that namespaces its parts. */
  readonly name: string;
  readonly dir: string;
  /**
   * The folder that its paths and links may not leave, where it is not `dir` itself: a project's root for the folders of
   * a project, `/` for those of the user.
   */
  readonly within?: string;
  /** Name of the format that read it. */
  readonly format: string;
  /** "none": there is no manifest file, and the format needs none. */
  readonly state: "ok" | "none" | "broken";
  /** False when the package must not be loaded at all. */
  readonly usable: boolean;
  /** nacre's own part of the manifest with name, version and description. */
  readonly manifest: Manifest;
  /** Name of a module below the folder, where the package has code. */
  readonly main?: string;
  /** The manifest as written, for those who need other fields (dependencies, userConfig, ...). */
  readonly fields: JsonObject;
  /** By kind. */
  readonly places: Readonly<Record<string, readonly PartPlace[]>>;
  /** True: parts follow the standard to the letter (a skill that does not conform is skipped). */
  readonly strict: boolean;
  readonly problems: readonly Diagnostic[];
  /** Every file the answer depends on: when one of them changes, the package is read again. */
  readonly files: readonly string[];
}

/** What a reader of packages may look at beside the folder. */
export interface PackageContext {
  /** The kinds somebody reads, with their usual places. */
  readonly kinds: readonly KindSpec[];
  /** The entry of a marketplace through which the plugin is loaded, and that marketplace's root folder. */
  readonly entry?: { readonly value: JsonObject; readonly file: string; readonly root: string };
  /** The name to use where nothing else gives one. */
  readonly fallbackName?: string;
  /** See `Package.within`; to be handed on. */
  readonly within?: string;
}

/** Understands plugin folders of one format. Chosen by the file that marks it; ascending `order`. */
export interface PluginFormat {
  readonly name: string;
  readonly order: number;
  /** Path below the folder whose presence makes it a folder of this format. Absent: any folder (the last resort). */
  readonly mark?: string;
  /** Folders of a user's home and of a project that are read as one plugin each, without a namespace: `.claude`. */
  readonly roots?: readonly string[];
  /** Tells one version of the code from another, so that what it made can be kept. The build writes it. */
  readonly digest?: string;
  /** Looks closer, where the mark alone does not decide. */
  claims?(dir: string): boolean;
  /** Never throws for what stands in the folder. */
  read(dir: string, context: PackageContext): Package;
}

/** Where a kind's parts stand when nobody says otherwise. */
export interface KindSpec {
  /** `skill`, `command`, ... */
  readonly name: string;
  /** Below a plugin's folder. */
  readonly folder?: string;
  readonly file?: string;
  /** Files right in a plugin's folder, by a name in which one `*` is any text. */
  readonly files?: string;
  /** Tells one version of the reader from another, so that what it made can be kept. The build writes it. */
  readonly digest?: string;
}

/** What one plugin's places of one kind hold. */
export interface PartsFound {
  readonly parts: readonly Part[];
  readonly problems: readonly Diagnostic[];
  /** Files and folders whose change makes the answer stale. */
  readonly files: readonly string[];
}

/** Reads the data parts of one kind. Deleting the plugin that offers it leaves the folders inert. */
export interface KindReader extends KindSpec {
  /** Never throws for what stands in a file: a fault costs that part and becomes a diagnostic. Bounded. */
  read(places: readonly PartPlace[], from: Package): Promise<PartsFound>;
}

/** A plugin as the owner of parts. */
export interface PartOwner {
  /** The plugin's name. */
  readonly name: string;
  readonly dir: string;
  /** "built in", "user", "project", "--plugin-dir", "installed". */
  readonly origin: string;
  readonly format: string;
  /** True: its parts are known as `name:part`. False for the folders of a user or a project themselves. */
  readonly namespaced: boolean;
  readonly strict: boolean;
}

/** A part with the plugin that holds it. */
export interface OwnedPart extends Part {
  readonly owner: PartOwner;
}

/** All parts of all loaded plugins, out of an index that is kept on disk and checked for changes. */
export interface Catalogue {
  /** Changes when anything that was found changes; the same across runs while nothing does. */
  generation(): string;
  /**
   * How many parts of a kind there are. Reads nothing but the head of the index; as long as nobody has asked for the
   * parts, each plugin that seems to hold some counts as one.
   */
  count(kind: string): number;
  /** Parts of a kind in descending precedence: project (nearest first), user, `--plugin-dir`, installed, built in. */
  parts(kind: string): Promise<readonly OwnedPart[]>;
  /** Looks whether files have changed and takes it in. True when something did. */
  refresh(): Promise<boolean>;
  /** Reads one folder as it stands, neither loading nor indexing it. */
  inspect(dir: string, context?: Partial<PackageContext>): Promise<Inventory>;
  /** Everything in a plugin's folder that runs or loosens something, for a person who is to agree to it. */
  acting(dir: string): Promise<readonly Acting[]>;
  /**
   * Why a part must not act, in a sentence for people: it is not what the person agreed to when they installed its plugin
   * or trusted its project. Undefined where it may. To be asked at each use.
   */
  refusal(part: OwnedPart): Promise<string | undefined>;
  /** What was found wrong while reading, over all plugins; of one kind only what its reader found. */
  problems(kind?: string): Promise<readonly Diagnostic[]>;
}

/** One folder read through. */
export interface Inventory {
  readonly package: Package;
  readonly parts: readonly Part[];
  readonly problems: readonly Diagnostic[];
}

/** The reviewed text of what programs and plugins see of the kernel. */
export declare const REVIEWED: string;
/** What the compiler declares for the files of the public surface, one after the other. */
export declare function publicSurface(): string;

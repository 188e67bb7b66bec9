import type { Plugin } from "rolldown";

export declare function lightGlobalsPlugin(): Plugin;

export { pathGlob, type PathGlob } from "../../schemas/path-glob.js";

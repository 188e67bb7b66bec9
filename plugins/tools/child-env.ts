export { childEnv, type ChildEnvOptions } from "../../schemas/child-env.js";

export * from "../../protected-names.js";

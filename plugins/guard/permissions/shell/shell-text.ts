/** A word that only sets a variable. */
export const ASSIGNMENT: RegExp = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;

/** Programs that run what they are handed as shell script. */
export const SHELLS: RegExp = /^(?:.*\/)?(?:ba|da|z|k|a)?sh$/;

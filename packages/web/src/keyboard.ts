/** Keys as a person means them. */

/**
 * Whether a key belongs to a word that is still being composed, as in Japanese, Chinese and Korean: Enter then takes a
 * suggestion, and is meant for nothing else. Safari ends the composition before the key, and says so by 229 alone.
 */
export const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;

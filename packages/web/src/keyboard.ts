/** Keyboard input. */

/**
 * Whether a key belongs to a word that is still being composed, as in Japanese, Chinese and Korean. Enter then accepts
 * a suggestion and must do nothing else. Safari ends the composition before the key event, and marks the event only
 * with the key code 229.
 */
export const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;

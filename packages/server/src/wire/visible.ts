/**
 * Names and texts come from customers, shoppers and receivers of callbacks, and a terminal obeys control characters: an
 * escape sequence can move the cursor, rename the window, or show a different line. Control characters are therefore
 * shown as `\u001b`, as JSON writes them.
 */
const controls = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
const controlsButLines = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

const escaped = (character: string): string =>
  `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;

/** Makes the value of one field visible. A field is a single line. */
export const visibleField = (value: unknown): string => String(value).replaceAll(controls, escaped);

/** Makes all output of a command visible. Line breaks and indentation stay. */
export const visible = (text: string): string => text.replaceAll(controlsButLines, escaped);

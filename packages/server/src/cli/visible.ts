/**
 * Names and texts come from customers and shoppers, and a terminal obeys what it is sent: an escape sequence moves the
 * cursor, renames the window, or shows another line than was printed. So characters that control rather than show are
 * printed as `\u001b`, which is also what JSON calls them.
 */
const controls = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
const controlsButLines = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

const escaped = (character: string): string =>
  `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;

/** Of one field: it has one line. */
export const visibleField = (value: unknown): string => String(value).replaceAll(controls, escaped);

/** Of all that a command prints: lines and their indentation are its own. */
export const visible = (text: string): string => text.replaceAll(controlsButLines, escaped);

/**
 * Displays names safely. A name may contain anything: half a character, only invisible characters, or marks that change
 * the direction of the text. None of that may affect the surrounding sentence.
 */

/** Marks that open, close and override a direction. Names are readable without them. */
const turning = /[\u202a-\u202e\u2066-\u2069]/g;
/** Letters of scripts that are written from right to left. */
const fromTheRight = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * Isolates a name within a sentence, so that its direction does not affect the rest.
 * @param sentence a Latin name must not make a sentence of the other direction begin from the left
 */
export function isolated(name: string, sentence = ''): string {
  const plain = name.replaceAll(turning, '');
  return plain === name && !fromTheRight.test(name + sentence) ? name : `\u2068${plain}\u2069`;
}

/** Returns what replaces a missing avatar: the first character, as a person counts characters. */
export function initialOf(name: string): string {
  // Invisible marks and half characters are not initials.
  const seen = name.replace(/^[\p{C}\p{Z}\p{M}]+/u, '');
  const [first] = Intl.Segmenter ? new Intl.Segmenter().segment(seen) : [];
  return first?.segment ?? Array.from(seen)[0] ?? '·';
}

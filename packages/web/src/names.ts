/**
 * Names as they are shown. A name may hold anything: half a character, nothing that can be seen, or marks that turn the
 * direction of all that follows. None of it may reach the sentence that the name stands in.
 */

/** Marks that open, close and override a direction: a name needs none of them to be read. */
const turning = /[\u202a-\u202e\u2066-\u2069]/g;
/** Letters that are written from right to left. */
const fromTheRight = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A name for a sentence: its direction ends where it ends. */
export function isolated(name: string): string {
  const plain = name.replaceAll(turning, '');
  return plain === name && !fromTheRight.test(name) ? name : `\u2068${plain}\u2069`;
}

/** What stands in a picture's place: the first character, as a person counts them. */
export function initialOf(name: string): string {
  // Marks that nobody sees are no initial; neither is half of a character.
  const seen = name.replace(/^[\p{C}\p{Z}\p{M}]+/u, '');
  const [first] = Intl.Segmenter ? new Intl.Segmenter().segment(seen) : [];
  return first?.segment ?? Array.from(seen)[0] ?? '·';
}

/** Compares as in RFC 9110 section 13.1.2: any listed tag matches, compared weakly, and so does `*`. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag) return true;
  const listed = ifNoneMatch.split(',').map((tag) => opaque(tag.trim()));
  return listed.includes(opaque(etag)) || listed.includes('*');
}

/** The tag without the sign that it is weak. */
const opaque = (tag: string): string => tag.replace(/^W\//, '');

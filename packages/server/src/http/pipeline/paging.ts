/** Paging: clients send a cursor in the query and get the next one in the response. */
import { limits } from '@aislechat/contract';
import { InvalidParameters } from '../../domain/errors.ts';
import type { Page } from '../../domain/page.ts';
import { integerId } from './exchange.ts';

/**
 * Converts the cursors of a list. A cursor holds the position of the last row of a page.
 * @param keys the properties of a row that determine its position, all of them integers
 */
export const cursors = <Key extends string>(...keys: Key[]) => ({
  /** @throws InvalidParameters for a cursor of another list */
  pageOf(query: { limit?: number; after?: string }): Page<Record<Key, number>> {
    const limit = query.limit ?? limits.rowsPerPage;
    if (query.after === undefined) return { after: undefined, limit };
    const numbers = Buffer.from(query.after, 'base64url').toString().split('.').map(integerId);
    if (numbers.length !== keys.length || numbers.includes(undefined)) {
      throw new InvalidParameters({ key: 'after', problem: 'invalid' });
    }
    const after = Object.fromEntries(keys.map((key, n) => [key, numbers[n]])) as Record<Key, number>;
    return { after, limit };
  },

  /** Returns null on the last page. */
  cursorOf(position: Record<Key, number> | undefined): string | null {
    if (position === undefined) return null;
    return Buffer.from(keys.map((key) => position[key]).join('.')).toString('base64url');
  },
});

/** The cursors of a list that is newest first by ID. */
export const idCursors = cursors('id');

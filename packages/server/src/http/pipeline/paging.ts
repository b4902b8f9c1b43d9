/** Paging: clients send a cursor in the query and get the next one in the response. */
import { limits } from '@aislechat/contract';
import { InvalidParameters } from '../../domain/errors.ts';
import type { Page } from '../../domain/page.ts';
import { integerId } from './exchange.ts';

/** @throws InvalidParameters */
export function pageOf(query: { limit?: string; after?: string }): Page {
  const limit = query.limit === undefined ? limits.rowsPerPage : Number(query.limit);
  if (query.after === undefined) return { before: undefined, limit };
  const before = integerId(Buffer.from(query.after, 'base64url').toString());
  if (before === undefined) throw new InvalidParameters({ key: 'after', problem: 'invalid' });
  return { before, limit };
}

export const cursorOf = (id: number | undefined): string | null =>
  id === undefined ? null : Buffer.from(String(id)).toString('base64url');

/**
 * Keys that encrypt what belongs to one row, and rest in it: those of images, and those of evidence. Unlike the texts of
 * an order, one can then be erased without encrypting the others anew. Like the keys of orders they are encrypted with
 * the key of an epoch, and go with their row.
 */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { EpochKeys } from '../keys/epochs.ts';
import { keyBytes, seal, unseal } from '../keys/sealing.ts';
import type { Sql } from '../sql.ts';
import { StorageUnavailable } from '../store.ts';

/** A key as it is stored, in the columns `key_epoch` and `wrapped_key`. */
export interface WrappedKey {
  epoch: number;
  wrapped: Uint8Array;
}

/** A table whose rows have keys. */
export interface KeyedTable {
  name: string;
  /** What its keys are for. */
  of: string;
  /** The columns that identify a row, after the retailer's. */
  key: readonly string[];
}

/** The row's own number of each column of `KeyedTable.key`, after the retailer's number. */
export type RowNumbers = readonly number[];

const placeOf = ({ of }: KeyedTable, row: RowNumbers, epoch: number) =>
  `key of ${of} ${row.join('/')} of epoch ${epoch}`;

async function unwrapBytes(
  epochs: EpochKeys,
  table: KeyedTable,
  row: RowNumbers,
  { epoch, wrapped }: WrappedKey,
): Promise<Buffer | undefined> {
  const key = await epochs.find(epoch);
  if (!key) throw new StorageUnavailable(`There is no key of epoch ${epoch}`);
  return unseal(key, wrapped, placeOf(table, row, epoch));
}

/** @returns undefined when the row was damaged @throws StorageUnavailable when its epoch has no key */
export async function unwrapRowKey(
  epochs: EpochKeys,
  table: KeyedTable,
  row: RowNumbers,
  stored: WrappedKey,
): Promise<KeyObject | undefined> {
  const bytes = await unwrapBytes(epochs, table, row, stored);
  return bytes && createSecretKey(bytes);
}

/** @throws StorageUnavailable */
export async function makeRowKey(
  epochs: EpochKeys,
  table: KeyedTable,
  row: RowNumbers,
): Promise<{ key: KeyObject; stored: WrappedKey }> {
  const epoch = await epochs.newest();
  const bytes = randomBytes(keyBytes);
  const wrapped = seal(epoch.key, bytes, placeOf(table, row, epoch.number));
  return { key: createSecretKey(bytes), stored: { epoch: epoch.number, wrapped } };
}

/** Encrypts at most `limit` keys of a table with the newest epoch; returns how many. Damaged ones stay as they are. */
export async function wrapRowKeysAnew(
  sql: Sql,
  epochs: EpochKeys,
  table: KeyedTable,
  retailerId: number,
  limit: number,
): Promise<number> {
  if (limit === 0) return 0;
  const { name, key } = table;
  const newest = await epochs.newest();
  // A row that an erasure is changing is left to it.
  const rows = await sql.all<WrappedKey & Record<string, number>>(
    `SELECT ${key.join(', ')}, key_epoch AS epoch, wrapped_key AS wrapped
     FROM ${name}
     WHERE retailer_id = $1 AND key_epoch < $2
     ORDER BY key_epoch
     LIMIT $3
     FOR UPDATE SKIP LOCKED`,
    retailerId,
    newest.number,
    limit,
  );
  const wrapped: object[] = [];
  for (const stored of rows) {
    const numbers = key.map((column) => stored[column]!);
    const row = [retailerId, ...numbers];
    const bytes = await unwrapBytes(epochs, table, row, stored);
    if (!bytes) continue;
    const anew = seal(newest.key, bytes, placeOf(table, row, newest.number));
    const named = Object.fromEntries(key.map((column, n) => [column, numbers[n]]));
    wrapped.push({ ...named, wrapped: anew.toString('base64') });
    bytes.fill(0);
  }
  await sql.run(
    `UPDATE ${name} i
     SET key_epoch = $2,
         wrapped_key = decode(v.wrapped, 'base64')
     FROM json_to_recordset($3::JSON) AS v (${key.map((column) => `${column} BIGINT`).join(', ')}, wrapped TEXT)
     WHERE i.retailer_id = $1 AND ${key.map((column) => `i.${column} = v.${column}`).join(' AND ')}`,
    retailerId,
    newest.number,
    JSON.stringify(wrapped),
  );
  return wrapped.length;
}

/** Counts what the database holds of one order or person, by the table of personal data, and shows no contents. */
import type { RetailerRow, Store } from '../../storage/store.ts';
import { personalData } from './personal-data.ts';

export type DataSubject = 'order' | 'user' | 'shopper';

export interface Found {
  table: string;
  /** `-` for a table in which no column is personal. */
  column: string;
  /** Rows in which it is not empty. */
  rows: number;
}

export interface DataAudit {
  /** Our number; undefined when no row has the ID. */
  id: number | undefined;
  found: Found[];
  /** Texts by which what was found may be recognized in files. */
  words: Set<string>;
}

const ordersPerRead = 100;
/** Shorter texts occur everywhere. */
const recognizable = 5;
const mostWords = 500;

/** @param id the retailer's own ID, or our number if `isInternal` */
export async function auditData(
  store: Store,
  { id: retailerId }: RetailerRow,
  subject: DataSubject,
  id: string,
  isInternal: boolean,
): Promise<DataAudit> {
  const { read } = store;
  const reference = isInternal ? { id: Number(id) } : { externalId: id };
  const row =
    subject === 'order'
      ? await read.orders.find(retailerId, reference)
      : subject === 'user'
        ? await read.users.findUnerased(retailerId, reference)
        : await read.shoppers.findByReference(retailerId, reference);
  const number = row?.id ?? (isInternal ? Number(id) : undefined);
  const words = new Set<string>();
  if (!isInternal) words.add(id);
  const counts = new Map<string, Found>();
  if (number === undefined) return { id: undefined, found: [], words };

  const add = (table: string, column: string, rows: number) => {
    if (rows === 0) return;
    const found = counts.get(`${table}.${column}`) ?? { table, column, rows: 0 };
    counts.set(`${table}.${column}`, { ...found, rows: found.rows + rows });
  };
  const look = async (table: string, key: string, values: number[] | string[]) => {
    const { personal } = personalData[table]!;
    const columns = Object.keys(personal).filter((name) => !textColumns.has(`${table}.${name}`));
    const rows = await read.personalRows.list(retailerId, { table, columns, key, values });
    if (rows.length === 0) return;
    if (columns.length === 0) add(table, '-', rows.length);
    for (const column of columns) {
      const full = rows.map((one) => one[column]).filter((value) => value !== null && value !== '');
      if (full.length > 0) add(table, column, full.length);
      for (const value of full) if (typeof value === 'string') collect(value, words);
    }
  };
  const lookAtOrders = async (ids: number[]) => {
    for (const [table, { order, isPostgres }] of Object.entries(personalData)) {
      if (order !== undefined && (!isPostgres || store.isShared)) await look(table, order, ids);
    }
    for (const orderId of ids) {
      const messages = await read.messages.list(retailerId, orderId);
      const images = messages.filter(({ image }) => image !== null);
      if (store.isShared) add('messages', 'sealed', messages.length);
      else {
        add('message_texts', 'body', messages.length);
        add('message_texts', 'image', images.length);
      }
      for (const { body, image } of messages) for (const text of [body, image]) collect(text ?? '', words);
      const evidence = await read.reportEvidence.list(retailerId, orderId, everything, 0);
      add(
        store.isShared ? 'report_evidence' : 'message_texts',
        store.isShared ? 'sealed' : 'body',
        evidence.length,
      );
      for (const { body } of evidence) collect(body, words);
    }
  };

  if (subject === 'order') await lookAtOrders([number]);
  else {
    const key = subject === 'user' ? 'customer' : 'shopper';
    for (const [table, { [key]: column, order }] of Object.entries(personalData)) {
      // Orders and what belongs to them are counted below.
      if (column !== undefined && (subject === 'shopper' || order === undefined))
        await look(table, column, [number]);
    }
    if (subject === 'user') {
      for (let after = 0; ; ) {
        const ids = await read.orderSummaries.idsOfUser(retailerId, number, after, ordersPerRead);
        if (ids.length > 0) await lookAtOrders(ids);
        if (ids.length < ordersPerRead) break;
        after = ids.at(-1)!;
      }
    }
  }
  for (const [table, { subject: column }] of Object.entries(personalData)) {
    if (column !== undefined) await look(table, column, [`${subject}:${number}`]);
  }
  return { id: number, found: [...counts.values()], words };
}

/** Evidence that is not erased, whether it is still held or not. */
const everything = { now: 0, mostMs: Number.MAX_SAFE_INTEGER };

/** Columns of one engine, counted by the messages that have a text, and by the row of evidence. */
const textColumns = new Set([
  'messages.sealed',
  'messages.checksum',
  'report_evidence.sealed',
  'report_evidence.wrapped_key',
  'report_evidence.checksum',
]);

/** Adds the texts in a value, which may be JSON. */
function collect(value: string, words: Set<string>): void {
  let parsed: unknown = value;
  if (/^[{[]/.test(value)) {
    try {
      parsed = JSON.parse(value);
    } catch {
      // A text that begins like JSON.
    }
  }
  const leaves: unknown[] = [parsed];
  for (let leaf = leaves.pop(); leaf !== undefined; leaf = leaves.pop()) {
    if (typeof leaf === 'object' && leaf !== null) leaves.push(...Object.values(leaf));
    else if (typeof leaf === 'string' && leaf.length >= recognizable && words.size < mostWords)
      words.add(leaf);
  }
}

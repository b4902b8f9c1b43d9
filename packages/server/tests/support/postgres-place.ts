/** A place on PostgreSQL, loaded only by tests that run on it. */
import type pg from 'pg';
import { withKeys } from './key-folders.ts';
import type { Place, Rows } from './place.ts';
import {
  asSuperuser,
  type DatabaseOptions,
  evidenceIn,
  newDatabase,
  openDatabase,
  textsIn,
} from './postgres.ts';
import { type Cleanup, temporaryFolder } from './server.ts';

export async function newPostgresPlace(t: Cleanup, options?: DatabaseOptions): Promise<Place> {
  const { url, superuserUrl } = await newDatabase(t, options);
  return {
    // Images are in files on either engine.
    env: withKeys({ DATABASE_URL: url, DATA_DIR: temporaryFolder(t) }),
    open: () => openDatabase(url),
    rows: () => asSuperuser(superuserUrl, (client) => rowsOfPostgres(client, url)),
    dump: async () =>
      JSON.stringify(await asSuperuser(superuserUrl, (client) => rowsOfPostgres(client, url))),
    columns: () => asSuperuser(superuserUrl, columnsOfPostgres),
    copy: (t) => newPostgresPlace(t, { copyOf: new URL(url).pathname.slice(1) }),
  };
}

async function rowsOfPostgres(client: pg.Client, url: string): Promise<Rows> {
  const tables = await client.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
  const rows: Rows = {};
  for (const { tablename } of tables.rows) rows[tablename] = (await client.query(`TABLE ${tablename}`)).rows;
  const messages = new Map(
    rows.messages!.map((row) => [`${row.retailer_id}/${row.order_id}/${row.seq}`, row]),
  );
  for (const { retailerId, orderId, seq, body, image } of await textsIn(client, url)) {
    const message = messages.get(`${retailerId}/${orderId}/${seq}`)!;
    message.sealed = image === null ? body : `${body} ${image}`;
  }
  for (const { retailerId, orderId, reportId, seq, body } of await evidenceIn(client, url)) {
    const held = rows.report_evidence!.find((row) =>
      [retailerId, orderId, reportId, seq].every(
        (number, n) => Number(row[['retailer_id', 'order_id', 'report_id', 'seq'][n]!]) === number,
      ),
    )!;
    held.sealed = body;
  }
  return rows;
}

async function columnsOfPostgres(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public'`,
  );
  return rows.map(({ name }) => name as string);
}

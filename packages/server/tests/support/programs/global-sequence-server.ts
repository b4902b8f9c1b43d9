/** A server broken on purpose: messages take their numbers from one global sequence, without a lock. */
import { startApp } from '../../../src/app.ts';
import { readSettings } from '../../../src/config/settings.ts';
import type { Sql, Value } from '../../../src/storage/sql.ts';
import { createStore, type Engine } from '../../../src/storage/store.ts';
import { openDatabase } from '../postgres.ts';

const settings = readSettings(process.env);
const engine = await openDatabase(settings.databaseUrl!);

function withoutLock(sql: Sql): Sql {
  return {
    ...sql,
    async one<Row>(text: string, retailerId: number, ...values: Value[]) {
      const row = await sql.one<Row & { seq?: number }>(
        text.replace(' FOR UPDATE', ''),
        retailerId,
        ...values,
      );
      if (!row || !text.endsWith(' FOR UPDATE') || row.seq === undefined) return row;
      const next = await sql.acrossRetailers.one<{ seq: number }>(`SELECT nextval('every_seq') AS seq`);
      return { ...row, seq: next!.seq };
    },
  };
}

const broken: Engine = { ...engine, write: (unit) => engine.write((sql) => unit(withoutLock(sql))) };
const app = await startApp(settings, { store: createStore(broken) });
process.stdout.write(`aislechat listening on ${app.url}\n`);

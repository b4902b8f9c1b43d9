/**
 * The texts in a backup. No erasure reaches a backup, so its texts are encrypted, with a key that is made from the key
 * of the epoch in which the backup was made. Once that is destroyed, nobody can read them
 * (docs/decisions/sealed-backups.md).
 */
import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import type { Epoch } from '../keys/epochs.ts';
import { keyBytes, seal, unseal } from '../keys/sealing.ts';

/** A row of `service_values` in a backup: what its key is made from. */
const valueName = 'backup_seal';
/** Texts between two checks for cancellation. */
const textsPerStep = 2000;
const saltBytes = 32;

export interface BackupSeal {
  /** The epoch in which the backup was made. */
  epoch: number;
  /** In hex. */
  salt: string;
}

export interface Work {
  /** Aborts the work. */
  signal: AbortSignal;
  onProgress(texts: number, total: number): void;
}

interface TextRow {
  id: number;
  /** A text, or a BLOB of zeros once it is erased. */
  body: string | Uint8Array;
  image: string | Uint8Array | null;
}

/** Every backup has a key of its own, so that no nonce repeats however many there are in an hour. */
const keyOf = (epoch: KeyObject, { salt }: BackupSeal): KeyObject =>
  createSecretKey(
    Buffer.from(hkdfSync('sha256', epoch, Buffer.from(salt, 'hex'), 'aislechat backup', keyBytes)),
  );

const placeOf = (id: number): string => `text ${id} of a backup`;

/** Encrypts the texts of a database file that nobody uses. Of what they were, nothing stays in the file. */
export async function sealTexts(file: string, epoch: Epoch, work: Work): Promise<void> {
  const made: BackupSeal = { epoch: epoch.number, salt: randomBytes(saltBytes).toString('hex') };
  const key = keyOf(epoch.key, made);
  const database = new DatabaseSync(file);
  try {
    // Without a journal no page is copied elsewhere; pages that are freed are overwritten with zeros.
    database.exec('PRAGMA journal_mode = OFF; PRAGMA secure_delete = ON; BEGIN');
    const { sql } = database.prepare(`SELECT sql FROM sqlite_schema WHERE name = 'message_texts'`).get() as {
      sql: string;
    };
    // Rows that grow in place would be moved, and leave copies.
    database.exec(sql.replace('message_texts', 'sealed_texts'));
    const insert = database.prepare('INSERT INTO sealed_texts (id, body, image) VALUES (?, ?, ?)');
    await eachText(database, work, ({ id, body, image }) => {
      if (typeof body === 'string')
        insert.run(id, seal(key, Buffer.from(JSON.stringify([body, image])), placeOf(id)), null);
      else insert.run(id, body, image);
    });
    database.exec('DROP TABLE message_texts; ALTER TABLE sealed_texts RENAME TO message_texts');
    database
      .prepare('INSERT OR REPLACE INTO service_values (name, value) VALUES (?, ?)')
      .run(valueName, JSON.stringify(made));
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

/** @returns undefined if the file's texts are not encrypted */
export function sealOf(file: string): BackupSeal | undefined {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const row = database.prepare('SELECT value FROM service_values WHERE name = ?').get(valueName);
    return row && JSON.parse(String(row.value));
  } finally {
    database.close();
  }
}

/**
 * Gives a copy of a backup its texts back.
 * @param epoch the key of the seal's epoch; without it the texts are gone, as if they had been erased
 * @throws Error with a message for the operator
 */
export async function unsealTexts(
  backup: string,
  copy: string,
  made: BackupSeal,
  epoch: KeyObject | undefined,
  work: Work,
): Promise<void> {
  const key = epoch && keyOf(epoch, made);
  const source = new DatabaseSync(backup, { readOnly: true });
  const target = new DatabaseSync(copy);
  try {
    target.exec('PRAGMA journal_mode = OFF; PRAGMA secure_delete = ON; BEGIN; DELETE FROM message_texts');
    // Appended in sequence, as the table requires.
    const insert = target.prepare('INSERT INTO message_texts (id, body, image) VALUES (?, ?, ?)');
    await eachText(source, work, ({ id, body, image }) => {
      const isSealed = typeof body !== 'string' && body.some((byte) => byte !== 0);
      if (!isSealed) insert.run(id, body, image);
      if (!isSealed || !key) return;
      const opened = unseal(key, body, placeOf(id));
      if (!opened)
        throw new Error(`${backup} is damaged (a text does not match its seal). Use another backup.`);
      const [text, address] = JSON.parse(opened.toString());
      insert.run(id, text, address);
    });
    if (!key) {
      target.exec(`
        UPDATE messages
        SET text_id = NULL,
            image_id = NULL,
            checksum = NULL
        WHERE text_id NOT IN (SELECT id FROM message_texts);
        DELETE FROM report_evidence WHERE text_id NOT IN (SELECT id FROM message_texts)`);
    }
    target.prepare('DELETE FROM service_values WHERE name = ?').run(valueName);
    target.exec('COMMIT; PRAGMA journal_mode = DELETE');
  } finally {
    source.close();
    target.close();
  }
}

async function eachText(
  database: DatabaseSync,
  { signal, onProgress }: Work,
  visit: (row: TextRow) => void,
): Promise<void> {
  const { total } = database.prepare('SELECT COUNT(*) AS total FROM message_texts').get() as {
    total: number;
  };
  let done = 0;
  for (const row of database.prepare('SELECT id, body, image FROM message_texts ORDER BY id').iterate()) {
    visit(row as unknown as TextRow);
    done += 1;
    if (done % textsPerStep !== 0) continue;
    onProgress(done, total);
    await turn();
    signal.throwIfAborted();
  }
  onProgress(total, total);
}

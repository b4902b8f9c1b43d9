import type { Sql } from '../sql.ts';

export interface RetailerRow {
  id: number;
  name: string;
  timezone: string;
  shopperInformationRemoval: boolean;
  chatEnabled: boolean;
  chatOpensAt: 'picking' | 'acknowledged';
  lastMileChat: boolean;
  absentShopper: 'null' | 'omit';
  /** Whether phone numbers and the like are taken out of messages before they are stored. */
  privacyMasks: boolean;
  /** Whether users and shoppers may be named by an assertion that nobody signed. */
  signedAssertions: 'accepted' | 'required';
  /** Whose messages `chat_message_created` tells of. */
  chatCallbacks: 'all' | 'customer';
  /** What shoppers have ready to tap. */
  quickReplies: readonly string[];
  /** Virtual clock: its distance from the real one, ms. Production starts only where it is 0. */
  clockOffsetMs: number;
  /** The instant a frozen clock shows, ms UTC; null when it runs. */
  clockFrozenAt: number | null;
  /** Raised with every change of the row. */
  version: number;
}

type Stored = Omit<
  RetailerRow,
  'shopperInformationRemoval' | 'chatEnabled' | 'lastMileChat' | 'privacyMasks' | 'quickReplies'
> & {
  shopperInformationRemoval: number;
  chatEnabled: number;
  lastMileChat: number;
  privacyMasks: number;
  quickReplies: string;
};

const columns = `
  id,
  name,
  timezone,
  shopper_information_removal AS "shopperInformationRemoval",
  chat_enabled AS "chatEnabled",
  chat_opens_at AS "chatOpensAt",
  last_mile_chat AS "lastMileChat",
  absent_shopper AS "absentShopper",
  privacy_masks AS "privacyMasks",
  signed_assertions AS "signedAssertions",
  chat_callbacks AS "chatCallbacks",
  quick_replies AS "quickReplies",
  clock_offset_ms AS "clockOffsetMs",
  clock_frozen_at AS "clockFrozenAt",
  version`;

const fromStored = (row: Stored): RetailerRow => ({
  ...row,
  shopperInformationRemoval: row.shopperInformationRemoval === 1,
  chatEnabled: row.chatEnabled === 1,
  lastMileChat: row.lastMileChat === 1,
  privacyMasks: row.privacyMasks === 1,
  quickReplies: JSON.parse(row.quickReplies),
});

export const retailerReader = (sql: Sql) => ({
  async find(id: number): Promise<RetailerRow | undefined> {
    const row = await sql.one<Stored>(`SELECT ${columns} FROM retailers WHERE id = $1`, id);
    return row && fromStored(row);
  },

  async list(): Promise<RetailerRow[]> {
    return (await sql.acrossRetailers.all<Stored>(`SELECT ${columns} FROM retailers ORDER BY id`)).map(
      fromStored,
    );
  },
});

export const retailerWriter = (sql: Sql) => ({
  async count(): Promise<number> {
    const row = await sql.acrossRetailers.one<{ retailers: number }>(
      'SELECT count(*) AS retailers FROM retailers',
    );
    return row!.retailers;
  },

  /** Finds the retailer and keeps others from changing it until the transaction ends. */
  async lock(id: number): Promise<RetailerRow | undefined> {
    const row = await sql.one<Stored>(`SELECT ${columns} FROM retailers WHERE id = $1${sql.forUpdate}`, id);
    return row && fromStored(row);
  },

  async insert(retailer: Omit<RetailerRow, 'id' | 'version'>): Promise<RetailerRow> {
    const row = await sql.acrossRetailers.one<Stored>(
      `INSERT INTO retailers (name, timezone, shopper_information_removal, chat_enabled, chat_opens_at,
         last_mile_chat, absent_shopper, privacy_masks, signed_assertions, chat_callbacks, quick_replies,
         clock_offset_ms, clock_frozen_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
       RETURNING ${columns}`,
      retailer.name,
      retailer.timezone,
      Number(retailer.shopperInformationRemoval),
      Number(retailer.chatEnabled),
      retailer.chatOpensAt,
      Number(retailer.lastMileChat),
      retailer.absentShopper,
      Number(retailer.privacyMasks),
      retailer.signedAssertions,
      retailer.chatCallbacks,
      JSON.stringify(retailer.quickReplies),
      retailer.clockOffsetMs,
      retailer.clockFrozenAt,
    );
    return fromStored(row!);
  },

  async update(retailer: RetailerRow): Promise<void> {
    await sql.send(
      `UPDATE retailers
       SET name = $2,
           timezone = $3,
           shopper_information_removal = $4,
           chat_enabled = $5,
           chat_opens_at = $6,
           last_mile_chat = $7,
           absent_shopper = $8,
           privacy_masks = $9,
           signed_assertions = $10,
           chat_callbacks = $11,
           quick_replies = $12,
           clock_offset_ms = $13,
           clock_frozen_at = $14,
           version = version + 1
       WHERE id = $1`,
      retailer.id,
      retailer.name,
      retailer.timezone,
      Number(retailer.shopperInformationRemoval),
      Number(retailer.chatEnabled),
      retailer.chatOpensAt,
      Number(retailer.lastMileChat),
      retailer.absentShopper,
      Number(retailer.privacyMasks),
      retailer.signedAssertions,
      retailer.chatCallbacks,
      JSON.stringify(retailer.quickReplies),
      retailer.clockOffsetMs,
      retailer.clockFrozenAt,
    );
  },

  /**
   * The retailer's next number. Applications, users, shoppers, orders, batches and holds share one row of
   * numbers, so an ID of one kind is never the ID of another and a mix-up cannot work by accident.
   */
  async nextId(id: number): Promise<number> {
    const row = await sql.one<{ id: number }>(
      'UPDATE retailers SET next_id = next_id + 1 WHERE id = $1 RETURNING next_id - 1 AS id',
      id,
    );
    return row!.id;
  },
});

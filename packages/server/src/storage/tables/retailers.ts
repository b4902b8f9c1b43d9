import { initialSettings, type SettingValues, settingNames } from '@aislechat/contract';
import type { Sql } from '../sql.ts';

export type RetailerRow = SettingValues & {
  id: number;
  /** The virtual clock's offset from real time, in ms. In production a server starts only if it is 0. */
  clockOffsetMs: number;
  /** The time a frozen clock shows, in ms UTC; null when it runs. */
  clockFrozenAt: number | null;
  /** Incremented with every change to the row. */
  version: number;
  /** The first retailer of the organization whose banner this retailer is; null for a retailer without banners. */
  organizationId: number | null;
  /** The slug that selects this retailer within its organization. */
  banner: string | null;
};

type Stored = Omit<RetailerRow, keyof SettingValues> & { settings: string };

const columns = `
  id,
  settings,
  clock_offset_ms AS "clockOffsetMs",
  clock_frozen_at AS "clockFrozenAt",
  version,
  organization_id AS "organizationId",
  banner`;

/** A setting added after the row was written has its default value. */
const fromStored = ({ settings, ...row }: Stored): RetailerRow => ({
  ...initialSettings,
  ...JSON.parse(settings),
  ...row,
});

const settingsOf = (retailer: SettingValues): string =>
  JSON.stringify(Object.fromEntries(settingNames.map((name) => [name, retailer[name]])));

export const retailerReader = (sql: Sql) => ({
  async find(id: number): Promise<RetailerRow | undefined> {
    const row = await sql.one<Stored>(`SELECT ${columns} FROM retailers WHERE id = $1`, id);
    return row && fromStored(row);
  },

  /** The banners of an organization, in the order of their creation. */
  async bannersOf(organizationId: number): Promise<RetailerRow[]> {
    const rows = await sql.acrossRetailers.all<Stored>(
      `SELECT ${columns} FROM retailers WHERE organization_id = $1 ORDER BY id`,
      organizationId,
    );
    return rows.map(fromStored);
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

  /** Finds and locks the retailer until the transaction ends. */
  async lock(id: number): Promise<RetailerRow | undefined> {
    const row = await sql.one<Stored>(`SELECT ${columns} FROM retailers WHERE id = $1${sql.forUpdate}`, id);
    return row && fromStored(row);
  },

  async insert(retailer: Omit<RetailerRow, 'id' | 'version'>): Promise<RetailerRow> {
    const row = await sql.acrossRetailers.one<Stored>(
      `INSERT INTO retailers (settings, clock_offset_ms, clock_frozen_at, organization_id, banner)
       VALUES ($1, $2, $3, $4, $5)
       RETURNING ${columns}`,
      settingsOf(retailer),
      retailer.clockOffsetMs,
      retailer.clockFrozenAt,
      retailer.organizationId,
      retailer.banner,
    );
    return fromStored(row!);
  },

  async update(retailer: RetailerRow): Promise<void> {
    await sql.send(
      `UPDATE retailers
       SET settings = $2,
           clock_offset_ms = $3,
           clock_frozen_at = $4,
           organization_id = $5,
           banner = $6,
           version = version + 1
       WHERE id = $1`,
      retailer.id,
      settingsOf(retailer),
      retailer.clockOffsetMs,
      retailer.clockFrozenAt,
      retailer.organizationId,
      retailer.banner,
    );
  },

  /**
   * The retailer's next ID. Applications, users, shoppers, orders, batches and holds share one sequence, so an ID
   * of one kind is never valid for another and a mix-up cannot work by accident.
   */
  async nextId(id: number): Promise<number> {
    const row = await sql.one<{ id: number }>(
      'UPDATE retailers SET next_id = next_id + 1 WHERE id = $1 RETURNING next_id - 1 AS id',
      id,
    );
    return row!.id;
  },
});

import type { Sql } from '../sql.ts';

/** Which process does a piece of background work. */
export interface LeaseRow {
  name: string;
  holder: string;
  /** Incremented by the holder while it lives; if it stands still, another process may take over. */
  beat: number;
}

export const leaseReader = (sql: Sql) => ({
  find(name: string): Promise<LeaseRow | undefined> {
    return sql.acrossRetailers.one('SELECT name, holder, beat FROM leases WHERE name = $1', name);
  },
});

export const leaseWriter = (sql: Sql) => ({
  /** False if another process holds the lease, or it has changed since `seen`. */
  async take(name: string, holder: string, seen: LeaseRow | undefined): Promise<boolean> {
    const changed =
      seen === undefined
        ? await sql.acrossRetailers.run(
            'INSERT INTO leases (name, holder, beat) VALUES ($1, $2, 1) ON CONFLICT (name) DO NOTHING',
            name,
            holder,
          )
        : await sql.acrossRetailers.run(
            'UPDATE leases SET holder = $2, beat = beat + 1 WHERE name = $1 AND holder = $3 AND beat = $4',
            name,
            holder,
            seen.holder,
            seen.beat,
          );
    return changed === 1;
  },

  async release(name: string, holder: string): Promise<void> {
    await sql.acrossRetailers.run('DELETE FROM leases WHERE name = $1 AND holder = $2', name, holder);
  },
});

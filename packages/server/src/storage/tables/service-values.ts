import type { Sql } from '../sql.ts';

/** Values of the service as a whole, by name. */
export const serviceValueReader = (sql: Sql) => ({
  async find(name: string): Promise<string | undefined> {
    return (
      await sql.acrossRetailers.one<{ value: string }>(
        'SELECT value FROM service_values WHERE name = $1',
        name,
      )
    )?.value;
  },
});

/** Makes a meaningless write, to check that writing works. */
export async function writeProbe({ acrossRetailers }: Sql): Promise<void> {
  await acrossRetailers.run(
    `INSERT INTO service_values (name, value) VALUES ('write_probe', '0')
     ON CONFLICT (name) DO UPDATE SET value = CASE service_values.value WHEN '0' THEN '1' ELSE '0' END`,
  );
}

export const serviceValueWriter = (sql: Sql) => ({
  async set(name: string, value: string): Promise<void> {
    await sql.acrossRetailers.run(
      `INSERT INTO service_values (name, value) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      name,
      value,
    );
  },

  async insertIfAbsent(name: string, value: string): Promise<void> {
    await sql.acrossRetailers.run(
      'INSERT INTO service_values (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING',
      name,
      value,
    );
  },
});

import { openPostgres } from '../../src/storage/postgres/engine.ts';
import { postgresDefaults } from '../support/place.ts';
import { newDatabase } from '../support/postgres.ts';
import { storageContract } from './contract.ts';

storageContract('PostgreSQL', async (t) => {
  const { url } = await newDatabase(t);
  return { open: () => openPostgres({ url, ...postgresDefaults }) };
});

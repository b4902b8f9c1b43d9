import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage } from '../../../scripts/build-package.ts';

const client = fileURLToPath(new URL('../', import.meta.url));

/** @param out the folder to publish; its present contents are deleted */
export const build = (out: string): void => buildPackage(client, out);

if (import.meta.main) build(join(client, 'dist'));

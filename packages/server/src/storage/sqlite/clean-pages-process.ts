/** The process that cleans the pages of a database. It ends with 0 when all are clean. */
import { cleanPages } from './clean-pages.ts';

const [file] = process.argv.slice(2);
process.exit(cleanPages(file!) === undefined ? 75 : 0);

/** A server broken on purpose: it queues whatever a stream's reader does not read. */
import { startApp } from '../../../src/app.ts';
import { readSettings } from '../../../src/config/settings.ts';
import { EventStream } from '../../../src/http/live/event-stream.ts';

Object.defineProperty(EventStream.prototype, 'isTooSlow', { get: () => false });
const app = await startApp(readSettings(process.env));
process.stdout.write(`aislechat listening on ${app.url}\n`);

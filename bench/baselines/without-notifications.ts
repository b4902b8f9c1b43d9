/** Loaded before a server (`node --import`): it then notifies nobody, and does not look whether it should. */
import { replaceModule } from './replace-module.ts';

replaceModule('/domain/notifications/record.ts', './no-notifications.ts');

/** Loaded before a server (`node --import`): it then stores texts in the clear, which no setting can bring about. */
import { replaceModule } from './replace-module.ts';

replaceModule('/storage/postgres/message-texts.ts', './clear-texts.ts');

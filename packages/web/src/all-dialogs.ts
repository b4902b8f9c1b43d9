/** For our own pages, which have the dialogs from the start. */
import * as dialogs from './dialogs.ts';
import { later } from './later.ts';

later.dialogs = async () => dialogs;

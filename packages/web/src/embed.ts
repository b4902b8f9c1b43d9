/** The script that a retailer's page loads. Loading it twice does no harm. */
import { later } from './later.ts';
import { OrderChat } from './order-element.ts';
import { addLanguages } from './words.ts';

/** The name of the file with the dialogs, which contains a hash: a script works with the dialogs of its own build only. */
declare const DIALOGS: string;

const beside = (name: string): string => new URL(name, import.meta.url).href;

// Texts of another version do no harm, so their file keeps its name, and a script that is still cached finds it.
later.languages ??= async () => addLanguages((await import(beside('aislechat-languages.js'))).languages);
later.dialogs ??= () => import(beside(DIALOGS));

if (!customElements.get('aislechat-order')) customElements.define('aislechat-order', OrderChat);

/** For our own pages, which have all languages from the start. */
import { languages } from './languages.ts';
import { addLanguages } from './words.ts';

addLanguages(languages);

/** Loaded before a server (`node --import`): it then stores texts in the clear, which no setting can bring about. */
import { registerHooks } from 'node:module';

const sealed = '/storage/postgres/message-texts.ts';
const clear = new URL('./clear-texts.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    return resolved.url.endsWith(sealed) ? { ...resolved, url: clear } : resolved;
  },
});

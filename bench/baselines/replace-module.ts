import { registerHooks } from 'node:module';

/** Loads another module of this folder in the place of one of the server's, whose path ends so. */
export function replaceModule(ending: string, replacement: string): void {
  const { href } = new URL(replacement, import.meta.url);
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      return resolved.url.endsWith(ending) ? { ...resolved, url: href } : resolved;
    },
  });
}

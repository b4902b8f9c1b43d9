/** Runs after an installation: removes what nothing here reads from the installed packages, a fifth of them. */
import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const unread = [
  // The C++ headers of Node: only compiling a native package needs them, and no package here is compiled.
  'node_modules/node-{bin-darwin,darwin,linux,win}-*/include',
  // Nobody steps through the packages' code.
  'node_modules/**/*.map',
  'packages/*/node_modules/**/*.map',
  // Of TypeScript 5 a test uses the library: not its programs, their translations, or the platform's types.
  'packages/contract/node_modules/typescript/lib/{_ts*,ts[cs]*,*ypingsInstaller}.js',
  'packages/contract/node_modules/typescript/lib/{cs,de,es,fr,it,ja,ko,pl,pt-br,ru,tr,zh-cn,zh-tw}',
  'packages/contract/node_modules/typescript/lib/lib.*.d.ts',
  // Playwright's viewers of recordings.
  'node_modules/playwright-core/lib/vite',
  // The same code again, for module systems that nothing here uses.
  'node_modules/libphonenumber-js/bundle',
  'node_modules/@redocly/config/lib-esm',
  // Tests.
  'node_modules/{bintrees,fastify}/test',
];

for (const path of globSync(unread, { cwd: root, exclude: ['node_modules/.cache'] })) {
  rmSync(join(root, path), { recursive: true, force: true });
}

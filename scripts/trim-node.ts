/**
 * Runs after an installation: removes the C++ headers from the package that holds Node. They are 67 of its 211 MB, only
 * the compilation of a native package would need them, and no package here is compiled.
 */
import { globSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../node_modules/', import.meta.url));
for (const headers of globSync('node-{bin-darwin,darwin,linux,win}-*/include', { cwd: modules })) {
  rmSync(`${modules}${headers}`, { recursive: true });
}

/**
 * Builds the pages into `dist`, which the server serves as it lies there: scripts under `assets` with a hash in their
 * name, the pages that begin with them, and of each file what two compressions make of it.
 *
 * The element is one file, so a phone in a bad network asks once.
 */
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { InputOptions } from 'rolldown';

const web = fileURLToPath(new URL('../', import.meta.url));
const target = join(web, 'dist');

/** @returns false where what it takes is not installed */
export async function build(out: string = target): Promise<boolean> {
  const rolldown = await import('rolldown').then(
    (module) => module.rolldown,
    () => undefined,
  );
  if (!rolldown || !existsSync(join(web, '../../node_modules/lit'))) return false;

  async function bundle(name: string, source: string, define: Record<string, string> = {}): Promise<string> {
    const options: InputOptions = {
      input: { [name]: join(web, 'src', source) },
      platform: 'browser',
      transform: { target: 'es2022', define },
    };
    const bundling = await rolldown!(options);
    const { output } = await bundling.write({
      dir: made,
      format: 'es',
      minify: true,
      entryFileNames: 'assets/[name]-[hash].js',
    });
    await bundling.close();
    return output[0].fileName;
  }

  function writePage(name: string, source: string, script: string): void {
    const text = readFileSync(join(web, 'src', source), 'utf8');
    writeFileSync(join(made, name), text.replace('%script%', `/${script}`));
  }

  // Made beside its place: a server that starts meanwhile finds the old one, or the new one.
  const made = `${out}.new`;
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  const element = await bundle('order', 'embed.ts');
  writeFileSync(join(made, 'aislechat.js'), `import "./${element}";\n`);
  writePage(
    'index.html',
    'first-screen/index.html',
    await bundle('first-screen', 'first-screen/first-screen.ts'),
  );
  const shopper = await bundle('shopper', 'shopper/shopper-page.ts');
  writePage('shopper.html', 'shopper/shopper.html', shopper);
  writePage('console.html', 'console/console.html', await bundle('console', 'console/console-page.ts'));
  copyFileSync(join(web, 'src/shopper/shopper.webmanifest'), join(made, 'shopper.webmanifest'));
  // Its address must stay; what it keeps is in it, so it changes with every build that changes the page.
  const worker = await bundle('shopper-worker', 'shopper/worker.ts', {
    SHELL: JSON.stringify(['/shopper', `/${shopper}`, '/icon.svg', '/shopper.webmanifest']),
    VERSION: JSON.stringify(/-([\w-]+)\.js$/.exec(shopper)![1]),
  });
  renameSync(join(made, worker), join(made, 'shopper-worker.js'));
  copyFileSync(join(web, 'src/icon.svg'), join(made, 'icon.svg'));
  for (const file of globSync(join(made, '**/*.{js,html,svg,webmanifest}'))) compress(file);
  rmSync(out, { recursive: true, force: true });
  renameSync(made, out);
  return true;
}

function compress(file: string): void {
  const bytes = readFileSync(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}

if (import.meta.main) {
  if (!(await build())) {
    process.stdout.write('The pages were not built: that takes the development dependencies.\n');
  }
}

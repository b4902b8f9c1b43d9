/** Chromium comes compressed in an npm package and is unpacked once. */
import { execFileSync } from 'node:child_process';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';

const modules = fileURLToPath(new URL('../../../../node_modules/', import.meta.url));
const packed = join(modules, '@sparticuz/chromium');

/**
 * Test files that run in parallel may both find it missing: each unpacks into a scratch folder and moves it
 * into place in one step.
 * @returns the path of the executable
 */
export async function unpackedChromium(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8'));
  const folder = join(modules, `.cache/chromium-${version}`);
  if (!existsSync(folder)) {
    mkdirSync(dirname(folder), { recursive: true });
    const scratch = mkdtempSync(`${folder}-`);
    await decompress('chromium.br', join(scratch, 'chromium'));
    const tar = join(scratch, 'swiftshader.tar');
    await decompress('swiftshader.tar.br', tar);
    execFileSync('tar', ['-x', '-f', tar, '-C', scratch]);
    rmSync(tar);
    try {
      renameSync(scratch, folder);
    } catch {
      rmSync(scratch, { recursive: true });
    }
  }
  return join(folder, 'chromium');
}

/** The package's own code does this too, but brings 17 packages with it. */
const decompress = (name: string, to: string): Promise<void> =>
  pipeline(
    createReadStream(join(packed, 'bin', name)),
    createBrotliDecompress(),
    createWriteStream(to, { mode: 0o700 }),
  );

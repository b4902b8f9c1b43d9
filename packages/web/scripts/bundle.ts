/**
 * Bundles a script with esbuild. The package `esbuild` has an install script; those of the platforms, which hold only the
 * program, have none, so the program is run as it is.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { platform, arch } = process;
const program = join(
  fileURLToPath(new URL(`../../../node_modules/@esbuild/${platform}-${arch}`, import.meta.url)),
  platform === 'win32' ? 'esbuild.exe' : 'bin/esbuild',
);

export const canBundle = (): boolean => existsSync(program);

export interface BundleOptions {
  format?: 'esm' | 'iife';
  minify?: boolean;
  /** Names in the sources and the JavaScript that they stand for. */
  define?: Record<string, string>;
  /** Packages and the files that are imported instead. */
  alias?: Record<string, string>;
}

/** @returns the code @throws Error with what esbuild says */
export function bundle(
  entry: string,
  { format = 'esm', minify = true, define = {}, alias = {} }: BundleOptions = {},
): string {
  const pairs = (flag: string, values: Record<string, string>) =>
    Object.entries(values).map(([name, value]) => `--${flag}:${name}=${value}`);
  const args = [
    entry,
    '--bundle',
    `--format=${format}`,
    '--platform=browser',
    '--target=es2022',
    '--charset=utf8',
    '--log-level=warning',
    ...(minify ? ['--minify'] : []),
    ...pairs('define', define),
    ...pairs('alias', alias),
  ];
  const code = esbuild(args);
  return minify ? compact(code) : code;
}

/** Runs esbuild itself. @returns its standard output @throws Error with what it says */
export function esbuild(args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw error ?? new Error(stderr);
  return stdout;
}

/**
 * Takes comments and indentation out of style sheets and templates, which esbuild leaves as they are. Only they contain
 * line breaks in a minified script; the licenses at its end stay.
 */
function compact(code: string): string {
  return code
    .replaceAll(/\n\s*\/\*(?!!)[^`]*?\*\//g, '')
    .replaceAll(/\n\s+/g, '\n')
    .replaceAll(/([;{])\n/g, '$1');
}

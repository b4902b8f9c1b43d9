#!/usr/bin/env node
// Plain JavaScript on purpose: it must still parse on a Node too old to run the rest.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `aislechat needs Node 24 or newer and found ${process.version}. Install it (https://nodejs.org), or in a clone run: npm run aislechat -- <command>\n`,
  );
  process.exit(1);
}
await import('../src/main.ts');

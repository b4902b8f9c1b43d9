/**
 * Lints the OpenAPI document by Redocly's recommended rules, as development and as production serve it. A warning fails
 * as an error does: what one tool warns of, another stumbles over.
 */
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { openapiDocument } from '../src/index.ts';

/** @returns a line for each problem */
export async function problemsOf(document: unknown): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  return problems.map(
    ({ ruleId, message, location: [place] }) => `${ruleId}: ${message} (${place?.pointer})`,
  );
}

if (import.meta.main) {
  for (const development of [true, false]) {
    for (const problem of await problemsOf(openapiDocument({ development, version: '0.0.0' }))) {
      process.stderr.write(`OpenAPI, ${development ? 'development' : 'production'}: ${problem}\n`);
      process.exitCode = 1;
    }
  }
}

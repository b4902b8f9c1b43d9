/**
 * YAML: scenarios, and CI jobs, whose commands are run here. Their runners and actions are left to the CI.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemas } from '@aislechat/contract';
import { version } from '../../../src/app.ts';
import { readSettings } from '../../../src/config/settings.ts';
import { assertFits } from '../../support/client.ts';
import { type Block, nameOf } from './blocks.ts';
import { localized, type Page, runShell, watched } from './page.ts';

interface GithubJob {
  'runs-on': string;
  services?: Record<string, { image: string; env?: Record<string, string> }>;
  steps: { run?: string }[];
}

interface GitlabJob {
  image: string;
  services?: { name: string; variables?: Record<string, string> }[];
  variables?: Record<string, string>;
  script: string[];
}

export const yamls: Record<string, (page: Page, block: Block, document: unknown) => Promise<void>> = {
  async scenario(page, block, document) {
    writeFileSync(join(page.folder, 'own.yaml'), block.text);
    assertFits(schemas.RunScenarioRequest, { script: document }, nameOf(block));
    await watched(page, block, () => runShell(page, 'npx aislechat scenario run own.yaml'));
  },

  async github(page, block, document) {
    const { jobs } = document as { jobs: Record<string, GithubJob> };
    for (const job of Object.values(jobs)) {
      for (const service of Object.values(job.services ?? {})) assertService(service.image, service.env);
      assert.ok(job['runs-on'] && Array.isArray(job.steps), nameOf(block));
      const commands = job.steps.map(({ run }) => run ?? '').join('\n');
      await watched(page, block, () =>
        runShell(page, `export RUNNER_TEMP=$HOME/runner\n${localized(page, commands)}`),
      );
    }
  },

  async gitlab(page, block, document) {
    for (const [name, job] of Object.entries(document as Record<string, GitlabJob>)) {
      assert.ok(job.image && Array.isArray(job.script), `${nameOf(block)}: ${name}`);
      for (const service of job.services ?? []) assertService(service.name, service.variables);
      const variables = { CI_PROJECT_DIR: '$HOME/project', ...job.variables };
      const lines = Object.entries(variables).map(([variable, value]) => `export ${variable}="${value}"`);
      const commands = localized(page, [...lines, ...job.script].join('\n'));
      await watched(page, block, () => runShell(page, commands));
    }
  },
};

/** The image must have this version, and the settings must exist. */
function assertService(image: string, env: Record<string, string> = {}): void {
  assert.ok(image.endsWith(`/aislechat:${version}`), image);
  readSettings(env);
}

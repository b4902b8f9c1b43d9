/**
 * Every setting of the server, with its default and its meaning. A test compares docs/configuration.md with this table.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { sealingKeyBytes } from '../domain/access/secret-box.ts';
import { addressesOf } from '../storage/postgres/addresses.ts';
import { type LogLevel, logLevels } from '../wiring/log.ts';

export type Environment = 'development' | 'production';

export interface Settings {
  readonly environment: Environment;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** Undefined if the data is in `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** Where the keys of epochs are, unless in a bucket; undefined: in `dataDir`. */
  readonly keysDir: string | undefined;
  /** Undefined if the keys of epochs are in a folder. */
  readonly keysS3Endpoint: string | undefined;
  readonly keysS3Bucket: string | undefined;
  readonly keysS3Region: string;
  readonly keysS3KeyId: string | undefined;
  readonly keysS3Secret: string | undefined;
  /** How old a backup of the database may be and still restore its chats; what is erased is unreadable soon after. */
  readonly restorableHours: number;
  /** Used only by `migrate`. */
  readonly databaseOwnerUrl: string | undefined;
  /** Undefined: in development the listening address is used; in production there are no images. */
  readonly publicUrl: string | undefined;
  /** Origins whose pages may call the API: a list, any origin on this machine, or all. */
  readonly corsOrigins: readonly string[] | 'loopback' | '*';
  /** Undefined if images are stored in `dataDir`. */
  readonly s3Endpoint: string | undefined;
  readonly s3Bucket: string | undefined;
  readonly s3Region: string;
  readonly s3KeyId: string | undefined;
  readonly s3Secret: string | undefined;
  readonly databaseConnections: number;
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  readonly rateLimit: number;
  /** Networks of the proxies whose X-Forwarded-For is trusted. */
  readonly trustedProxies: readonly string[];
  /** Maximum number of client connections. */
  readonly maxConnections: number;
  readonly cacheBytes: number;
  readonly unauthorizedBody: 'envelope' | 'empty';
  readonly logLevel: LogLevel;
  readonly demo: boolean;
  /** Whether to serve `/docs`. */
  readonly docs: boolean;
  /** Whether to serve `/console`. */
  readonly console: boolean;
  /** Undefined: in development the database creates a key; in production there are no callbacks. */
  readonly secretsKeys: readonly Buffer[] | undefined;
  /** Host names and networks that may receive callbacks although they are not public. */
  readonly callbackAllow: readonly string[];
  /** Undefined: in development the metrics need no token; in production there are no metrics. */
  readonly metricsToken: string | undefined;
}

/** Reports a wrong setting. The message names the variable and its valid values. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

interface Setting<T> {
  variable: string;
  /** The valid values, as the documentation describes them. */
  values: string;
  fallback: (environment: Environment) => T;
  read: (text: string) => T | undefined;
}

const oneOf =
  <T extends string>(...values: readonly T[]) =>
  (text: string): T | undefined =>
    values.find((value) => value === text);

const wholeNumber =
  (min: number, max: number) =>
  (text: string): number | undefined => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  };

const nonEmpty = (text: string): string | undefined => (text.trim() === '' ? undefined : text);
const yesOrNo = (text: string): boolean | undefined =>
  text === 'true' ? true : text === 'false' ? false : undefined;

/** Accepts only addresses with a user, because the role determines what may be read. */
export function postgresUrl(text: string): string | undefined {
  const isComplete = (address: string) => {
    const url = URL.parse(address);
    return url && /^postgres(ql)?:$/.test(url.protocol) && url.username !== '';
  };
  return addressesOf(text).every(isComplete) ? text : undefined;
}

/** Accepts only addresses without a query or fragment, because paths are appended. */
function webAddress(text: string): string | undefined {
  const url = URL.parse(text);
  return url && /^https?:$/.test(url.protocol) && !/[?#\s]/.test(text) ? text : undefined;
}

/** Parses keys that are separated by commas. */
function sealingKeys(text: string): Buffer[] | undefined {
  const keys = text.split(',').map((key) => Buffer.from(key.trim(), 'base64'));
  return keys.every((key) => key.length === sealingKeyBytes) ? keys : undefined;
}

function hostsAndNetworks(text: string): string[] | undefined {
  const list = text.split(',').map((entry) => entry.trim().toLowerCase());
  return list.every((entry) => isNetwork(entry) || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(entry))
    ? list
    : undefined;
}

/** Whether a text is an address, with or without a prefix length. */
export const isNetwork = (text: string): boolean =>
  isIP(text) !== 0 || ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text);

function networks(text: string): readonly string[] | undefined {
  const list = text.split(',').map((entry) => entry.trim());
  return list.every(isNetwork) ? list : undefined;
}

/** Parses origins as browsers write them: without a path, in lower case, without the default port. */
function originList(text: string): readonly string[] | '*' | undefined {
  if (text === '*') return '*';
  const origins = text.split(',');
  const areOrigins = origins.every((origin) => webAddress(origin) && URL.parse(origin)?.origin === origin);
  return areOrigins ? origins : undefined;
}

const mebibyte = 1024 * 1024;

export const settingsTable: { [K in keyof Settings]: Setting<Settings[K]> } = {
  environment: {
    variable: 'AISLECHAT_ENV',
    values: '`development` or `production`',
    fallback: () => 'development',
    read: oneOf('development', 'production'),
  },
  host: {
    variable: 'HOST',
    values: 'an address to listen on',
    fallback: () => '127.0.0.1',
    read: nonEmpty,
  },
  port: {
    variable: 'PORT',
    values: 'a number from 0 to 65535, 0 = any free port',
    fallback: () => 3000,
    read: wholeNumber(0, 65_535),
  },
  dataDir: {
    variable: 'DATA_DIR',
    values: 'a folder',
    fallback: () => './data',
    read: nonEmpty,
  },
  databaseUrl: {
    variable: 'DATABASE_URL',
    values:
      'the address of a PostgreSQL database, postgres://user:password@host:port/database, with several hosts separated by commas if a standby may become the primary',
    fallback: () => undefined,
    read: postgresUrl,
  },
  keysDir: {
    variable: 'AISLECHAT_KEYS_DIR',
    values: 'a folder',
    fallback: () => undefined,
    read: nonEmpty,
  },
  keysS3Endpoint: {
    variable: 'AISLECHAT_KEYS_S3_ENDPOINT',
    values: 'the address of an S3-compatible store',
    fallback: () => undefined,
    read: webAddress,
  },
  keysS3Bucket: {
    variable: 'AISLECHAT_KEYS_S3_BUCKET',
    values: 'the name of a bucket',
    fallback: () => undefined,
    read: nonEmpty,
  },
  keysS3Region: {
    variable: 'AISLECHAT_KEYS_S3_REGION',
    values: 'the name of a region',
    fallback: () => 'us-east-1',
    read: nonEmpty,
  },
  keysS3KeyId: {
    variable: 'AISLECHAT_KEYS_S3_KEY_ID',
    values: 'the ID of an access key',
    fallback: () => undefined,
    read: nonEmpty,
  },
  keysS3Secret: {
    variable: 'AISLECHAT_KEYS_S3_SECRET',
    values: 'the secret of that key',
    fallback: () => undefined,
    read: nonEmpty,
  },
  restorableHours: {
    variable: 'AISLECHAT_RESTORABLE_HOURS',
    values: 'hours from 1 to 8760',
    fallback: () => 24,
    read: wholeNumber(1, 8760),
  },
  databaseOwnerUrl: {
    variable: 'DATABASE_OWNER_URL',
    values: 'the address of the same database with the role that owns its tables',
    fallback: () => undefined,
    read: postgresUrl,
  },
  publicUrl: {
    variable: 'AISLECHAT_PUBLIC_URL',
    values: 'the address that clients reach the server at, https in production',
    fallback: () => undefined,
    read: webAddress,
  },
  corsOrigins: {
    variable: 'AISLECHAT_CORS_ORIGINS',
    values: 'origins such as https://shop.example, separated by commas without spaces, or `*`',
    fallback: (environment) => (environment === 'development' ? 'loopback' : []),
    read: originList,
  },
  s3Endpoint: {
    variable: 'AISLECHAT_S3_ENDPOINT',
    values: 'the address of an S3-compatible store',
    fallback: () => undefined,
    read: webAddress,
  },
  s3Bucket: {
    variable: 'AISLECHAT_S3_BUCKET',
    values: 'the name of a bucket',
    fallback: () => undefined,
    read: nonEmpty,
  },
  s3Region: {
    variable: 'AISLECHAT_S3_REGION',
    values: 'the name of a region',
    fallback: () => 'us-east-1',
    read: nonEmpty,
  },
  s3KeyId: {
    variable: 'AISLECHAT_S3_KEY_ID',
    values: 'the ID of an access key',
    fallback: () => undefined,
    read: nonEmpty,
  },
  s3Secret: {
    variable: 'AISLECHAT_S3_SECRET',
    values: 'the secret of that key',
    fallback: () => undefined,
    read: nonEmpty,
  },
  databaseConnections: {
    variable: 'AISLECHAT_DATABASE_CONNECTIONS',
    values: 'connections from 2 to 1000',
    fallback: () => 10,
    read: wholeNumber(2, 1000),
  },
  statementTimeoutMs: {
    variable: 'AISLECHAT_STATEMENT_TIMEOUT_MS',
    values: 'milliseconds from 100 to 600000',
    fallback: () => 5000,
    read: wholeNumber(100, 600_000),
  },
  lockTimeoutMs: {
    variable: 'AISLECHAT_LOCK_TIMEOUT_MS',
    values: 'milliseconds from 100 to 600000',
    fallback: () => 3000,
    read: wholeNumber(100, 600_000),
  },
  rateLimit: {
    variable: 'AISLECHAT_RATE_LIMIT',
    values: 'a number of requests per second and token from 0 to 1000000; 0 is no limit',
    fallback: (environment) => (environment === 'production' ? 50 : 0),
    read: wholeNumber(0, 1_000_000),
  },
  trustedProxies: {
    variable: 'AISLECHAT_TRUSTED_PROXIES',
    values: 'addresses and networks (10.1.0.0/16), separated by commas without spaces',
    fallback: () => [],
    read: networks,
  },
  maxConnections: {
    variable: 'AISLECHAT_MAX_CONNECTIONS',
    values: 'connections from 10 to 1000000',
    fallback: () => 20_000,
    read: wholeNumber(10, 1_000_000),
  },
  cacheBytes: {
    variable: 'AISLECHAT_CACHE_MB',
    values: 'mebibytes from 1 to 65536',
    fallback: () => 8 * mebibyte,
    read: (text) => {
      const size = wholeNumber(1, 65_536)(text);
      return size === undefined ? undefined : size * mebibyte;
    },
  },
  unauthorizedBody: {
    variable: 'AISLECHAT_UNAUTHORIZED_BODY',
    values: '`envelope` or `empty`',
    fallback: () => 'envelope',
    read: oneOf('envelope', 'empty'),
  },
  logLevel: {
    variable: 'AISLECHAT_LOG_LEVEL',
    values: logLevels.map((level) => `\`${level}\``).join(', '),
    fallback: () => 'info',
    read: oneOf(...logLevels),
  },
  demo: {
    variable: 'AISLECHAT_DEMO',
    values: '`true` or `false`; never `true` in production',
    fallback: (environment) => environment === 'development',
    read: yesOrNo,
  },
  docs: {
    variable: 'AISLECHAT_DOCS',
    values: '`true` or `false`',
    fallback: (environment) => environment === 'development',
    read: yesOrNo,
  },
  console: {
    variable: 'AISLECHAT_CONSOLE',
    values: '`true` or `false`',
    fallback: (environment) => environment === 'development',
    read: yesOrNo,
  },
  secretsKeys: {
    variable: 'AISLECHAT_SECRETS_KEY',
    values: '32 bytes in Base64, or several such keys separated by commas without spaces',
    fallback: () => undefined,
    read: sealingKeys,
  },
  callbackAllow: {
    variable: 'AISLECHAT_CALLBACK_ALLOW',
    values: 'names of hosts and networks (10.1.0.0/16), separated by commas without spaces',
    fallback: () => [],
    read: hostsAndNetworks,
  },
  metricsToken: {
    variable: 'AISLECHAT_METRICS_TOKEN',
    values: '16 characters or more',
    fallback: () => undefined,
    read: (text) => (/^[\x21-\x7e]{16,}$/.test(text) ? text : undefined),
  },
};

/**
 * Variables with secrets. Many can read an environment, so a variable with this suffix may name a file with the value
 * instead.
 */
export const secretVariables = [
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'AISLECHAT_KEYS_S3_SECRET',
  'AISLECHAT_S3_SECRET',
  'AISLECHAT_SECRETS_KEY',
  'AISLECHAT_METRICS_TOKEN',
] as const;
const ofFile = '_FILE';

/** @throws SettingError */
function withFiles(env: Record<string, string | undefined>): Record<string, string | undefined> {
  const all = { ...env };
  for (const variable of secretVariables) {
    const file = all[variable + ofFile];
    delete all[variable + ofFile];
    if (file === undefined) continue;
    if (all[variable] !== undefined) {
      throw new SettingError(`${variable} and ${variable}${ofFile} are both set. Set one of them.`);
    }
    try {
      // Editors and `echo` end a file with a line break.
      all[variable] = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    } catch {
      throw new SettingError(`${variable}${ofFile} must be a file that can be read; ${file} is not.`);
    }
  }
  return all;
}

/** @throws SettingError that names the wrong or unknown variable */
export function readSettings(given: Record<string, string | undefined>): Settings {
  const env = withFiles(given);
  const known: Setting<unknown>[] = Object.values(settingsTable);
  for (const name of Object.keys(env)) {
    if (name.startsWith('AISLECHAT_') && !known.some(({ variable }) => variable === name)) {
      throw new SettingError(
        `${name} is not a setting of aislechat. docs/configuration.md lists those that are.`,
      );
    }
  }
  const read = <K extends keyof Settings>(key: K, environment: Environment): Settings[K] => {
    const { variable, values, fallback, read: parse } = settingsTable[key] as Setting<Settings[K]>;
    const text = env[variable];
    if (text === undefined) return fallback(environment);
    const value = parse(text);
    if (value === undefined) throw new SettingError(`${variable} must be ${values.replaceAll('`', '')}.`);
    return value;
  };
  const environment = read('environment', 'development');
  const settings = Object.fromEntries(
    (Object.keys(settingsTable) as (keyof Settings)[]).map((key) => [key, read(key, environment)]),
  ) as unknown as Settings;
  if (environment === 'production' && settings.demo) {
    throw new SettingError('AISLECHAT_DEMO must be false in production: the demo has a public secret.');
  }
  if (environment === 'production' && settings.publicUrl?.startsWith('http:')) {
    throw new SettingError('AISLECHAT_PUBLIC_URL must begin with https:// in production.');
  }
  assertBuckets(settings);
  return Object.freeze(settings);
}

/** @throws SettingError */
function assertBuckets(settings: Settings): void {
  const assertWhole = (prefix: string, values: (string | undefined)[]) => {
    const named = values.filter((value) => value !== undefined).length;
    if (named === 0 || named === values.length) return;
    throw new SettingError(
      `${prefix}_ENDPOINT, ${prefix}_BUCKET, ${prefix}_KEY_ID and ${prefix}_SECRET must be set together.`,
    );
  };
  const { s3Endpoint, s3Bucket, s3KeyId, s3Secret } = settings;
  const { keysS3Endpoint, keysS3Bucket, keysS3KeyId, keysS3Secret } = settings;
  assertWhole('AISLECHAT_S3', [s3Endpoint, s3Bucket, s3KeyId, s3Secret]);
  assertWhole('AISLECHAT_KEYS_S3', [keysS3Endpoint, keysS3Bucket, keysS3KeyId, keysS3Secret]);
  if (keysS3Bucket === undefined) return;
  if (settings.keysDir !== undefined) {
    throw new SettingError('AISLECHAT_KEYS_DIR and AISLECHAT_KEYS_S3_BUCKET are both set. Set one of them.');
  }
  if (keysS3Bucket === s3Bucket && keysS3Endpoint === s3Endpoint) {
    throw new SettingError(
      'AISLECHAT_KEYS_S3_BUCKET must be another bucket than AISLECHAT_S3_BUCKET: the images in it are encrypted with these keys.',
    );
  }
}

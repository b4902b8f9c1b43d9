/**
 * A retailer's applications, managed by one of them. This gives nobody more rights: an application cannot grant a
 * scope it lacks, nor manage one that has more scopes; otherwise it could rotate that one's secret and act as it.
 * The applications of an organization have a row in each banner, and a change from any banner changes all of them.
 */
import { type ApplicationScope, limits } from '@aislechat/contract';
import type { ApplicationRow, AssertionKeyRow, Writer } from '../../storage/store.ts';
import { revokeRest, revokeSlice } from '../access/revoke-tokens.ts';
import { hashSecret, newSecret } from '../access/secrets.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { type Audited, type AuditedCaller, audit, isCommandLine } from '../operate/audit.ts';
import { shareApplication } from './banners.ts';
import { insertApplication, type NewApplication } from './retailers.ts';

/** The subset of the context that the command line has. */
type Needs = Pick<Context, 'store' | 'clock'>;

/** Oldest first. */
export const listApplications = (
  { store }: Pick<Context, 'store'>,
  retailerId: number,
): Promise<ApplicationRow[]> => store.read.applications.list(retailerId);

/** @throws Refusal insufficient_scope, limit_reached */
export function createApplication(
  context: Needs,
  caller: AuditedCaller,
  name: string,
  granted: ApplicationScope[],
): Promise<NewApplication> {
  return manage(context, caller, 'application_creation', async (tx, { own, all, organizationId }) => {
    assertHasAll(own, granted);
    if (all.length >= limits.applications) throw new Refusal('limit_reached', 'applications');
    const { retailer } = caller;
    const created = await insertApplication(tx, context.clock, retailer.id, { name, scopes: granted });
    const { application } = created;
    const banners = organizationId === null ? [] : await tx.retailers.bannersOf(organizationId);
    for (const { id } of banners) {
      if (id !== retailer.id) await shareApplication(tx, application, id);
    }
    const detail = { name, scopes: granted.join(' ') };
    return { application, value: created, detail };
  });
}

/**
 * Disabling an application revokes every token it obtained; enabling it brings none of them back.
 * @throws Refusal
 * @throws InvalidParameters when the application is the caller's own, because the caller could not enable it again
 */
export async function changeApplication(
  context: Needs,
  caller: AuditedCaller,
  clientId: string,
  { name, state }: Partial<Pick<ApplicationRow, 'name' | 'state'>>,
): Promise<ApplicationRow> {
  for (;;) {
    const changed = await manage<Changed>(context, caller, 'application_change', async (tx, among) => {
      const application = managed(among, clientId);
      if (state === 'disabled' && application.id === caller.applicationId) {
        throw new InvalidParameters({ key: 'state', problem: 'invalid' });
      }
      const row = { ...application, name: name ?? application.name, state: state ?? application.state };
      const isSwitched = row.state !== application.state;
      if (row.name === application.name && !isSwitched) return { value: { row, rows: [], hasMore: false } };
      const rows = await tx.applications.allByClientId(clientId);
      // Before enabling it, revoke any tokens left from when it was disabled: that request may have been cut short.
      const { hasMore } = isSwitched ? await revokeSlices(tx, context, rows) : { hasMore: false };
      if (hasMore && row.state === 'enabled') return { value: { row: undefined, rows, hasMore } };
      for (const { retailerId, id } of rows) {
        await tx.applications.setName(retailerId, id, row.name);
        await tx.applications.setState(retailerId, id, row.state);
        if (row.state === 'disabled') await tx.supportLinks.deleteOf(retailerId, { applicationId: id });
      }
      return { application, value: { row, rows, hasMore }, detail: { name: row.name, state: row.state } };
    });
    const { row, rows, hasMore } = changed;
    if (!row) continue;
    if (hasMore) await revokeOthers(context, rows);
    return row;
  }
}

interface Changed {
  /** Undefined: more tokens must be revoked first. */
  row: ApplicationRow | undefined;
  /** In each banner. */
  rows: ApplicationRow[];
  hasMore: boolean;
}

/**
 * The old secret stops working at once; with `revokesTokens`, all tokens obtained so far are revoked too.
 * @throws Refusal
 */
export async function rotateApplicationSecret(
  context: Needs,
  caller: AuditedCaller,
  clientId: string,
  { revokesTokens = false } = {},
): Promise<NewApplication> {
  const { hasMore, rows, ...rotated } = await manage(
    context,
    caller,
    'secret_rotation',
    async (tx, among) => {
      const application = managed(among, clientId);
      const clientSecret = newSecret();
      const rows = await tx.applications.allByClientId(clientId);
      for (const { retailerId, id } of rows) {
        await tx.applications.setSecretHash(retailerId, id, hashSecret(clientSecret));
      }
      const value = { application, clientSecret, rows, hasMore: false };
      if (!revokesTokens) return { application, value };
      value.hasMore = await revokeFirst(tx, context, rows).then((first) => first.hasMore);
      return { application, value, detail: { 'revoked tokens': 'all' } };
    },
  );
  if (hasMore) await revokeOthers(context, rows);
  return rotated;
}

/**
 * Revokes every token an application obtained, including those of its users, shoppers and agents; its secret stays
 * valid.
 * @returns how many
 * @throws Refusal
 */
export async function revokeTokensOfApplication(
  context: Needs,
  caller: AuditedCaller,
  clientId: string,
): Promise<number> {
  const { rows, revoked, hasMore } = await manage(context, caller, 'token_revocation', async (tx, among) => {
    const application = managed(among, clientId);
    const rows = await tx.applications.allByClientId(clientId);
    const first = await revokeFirst(tx, context, rows);
    return { application, value: { rows, ...first } };
  });
  return revoked + (hasMore ? await revokeOthers(context, rows) : 0);
}

interface Revoked {
  revoked: number;
  /** Whether there may be more. */
  hasMore: boolean;
}

/** Includes the support links that would give new tokens. */
async function revokeFirst(tx: Writer, needs: Needs, rows: readonly ApplicationRow[]): Promise<Revoked> {
  for (const { retailerId, id } of rows) await tx.supportLinks.deleteOf(retailerId, { applicationId: id });
  return revokeSlices(tx, needs, rows);
}

/** Revokes one slice in each banner. */
async function revokeSlices(tx: Writer, { clock }: Needs, rows: readonly ApplicationRow[]): Promise<Revoked> {
  const all: Revoked = { revoked: 0, hasMore: false };
  for (const { retailerId, id } of rows) {
    const now = retailerNow(clock, (await tx.retailers.find(retailerId))!);
    const { revoked, hasMore } = await revokeSlice(tx, retailerId, { applicationId: id }, now);
    all.revoked += revoked;
    all.hasMore ||= hasMore;
  }
  return all;
}

/** Revokes what is left in each banner after the first slices. @returns how many */
async function revokeOthers(needs: Needs, rows: readonly ApplicationRow[]): Promise<number> {
  let total = 0;
  for (const { retailerId, id } of rows) {
    const retailer = (await needs.store.read.retailers.find(retailerId))!;
    total += await revokeRest(needs, { retailer }, { applicationId: id });
  }
  return total;
}

/** @throws Refusal @throws InvalidParameters when the application already has a key with that ID */
export function addAssertionKey(
  context: Needs,
  caller: AuditedCaller,
  clientId: string,
  key: Pick<AssertionKeyRow, 'keyId' | 'algorithm' | 'publicKey'>,
): Promise<AssertionKeyRow> {
  return manage(context, caller, 'application_change', async (tx, among) => {
    const application = managed(among, clientId);
    const { retailerId, id: applicationId } = application;
    const existing = await tx.assertionKeys.list(retailerId, applicationId);
    if (existing.some(({ keyId }) => keyId === key.keyId)) {
      throw new InvalidParameters({ key: 'kid', problem: 'taken' });
    }
    const value = { ...key, retailerId, applicationId, createdAt: context.clock.now() };
    for (const row of await tx.applications.allByClientId(clientId)) {
      await tx.assertionKeys.insert({ ...value, retailerId: row.retailerId, applicationId: row.id });
    }
    return { application, value, detail: { 'added key': key.keyId } };
  });
}

/** Assertions signed with the key get no more tokens. @returns whether the key existed @throws Refusal */
export function removeAssertionKey(
  context: Needs,
  caller: AuditedCaller,
  clientId: string,
  keyId: string,
): Promise<boolean> {
  return manage(context, caller, 'application_change', async (tx, among) => {
    const application = managed(among, clientId);
    let value = false;
    for (const { retailerId, id } of await tx.applications.allByClientId(clientId)) {
      value = (await tx.assertionKeys.delete(retailerId, id, keyId)) > 0 || value;
    }
    return value ? { application, value, detail: { 'removed key': keyId } } : { value };
  });
}

interface Done<T> {
  /** The application that was changed, if any. */
  application?: ApplicationRow;
  detail?: Record<string, unknown>;
  value: T;
}

interface Among {
  /** The caller's application; undefined for the command line. */
  own: ApplicationRow | undefined;
  all: ApplicationRow[];
  organizationId: number | null;
}

/** Runs in one transaction, one at a time per organization, and audits the application that was changed. */
async function manage<T>(
  { store, clock }: Needs,
  caller: AuditedCaller,
  action: Audited['action'],
  act: (tx: Writer, among: Among) => Promise<Done<T>>,
): Promise<T> {
  const { retailer, applicationId } = caller;
  return store.write(async (tx) => {
    // Read again, since the retailer may have become a banner meanwhile.
    const { organizationId } = (await tx.retailers.lock(retailer.organizationId ?? retailer.id))!;
    const all = await tx.applications.list(retailer.id);
    const own = isCommandLine(caller) ? undefined : all.find(({ id }) => id === applicationId)!;
    const { application, value, detail } = await act(tx, { own, all, organizationId });
    if (application) {
      const subject = { type: 'application', id: application.id } as const;
      await audit(tx, caller, retailerNow(clock, retailer), { action, subject, detail });
    }
    return value;
  });
}

function managed({ own, all }: Among, clientId: string): ApplicationRow {
  const application = all.find((row) => row.clientId === clientId);
  if (!application) throw new Refusal('resource_not_found');
  assertHasAll(own, application.scopes.split(','));
  return application;
}

function assertHasAll(own: ApplicationRow | undefined, scopes: readonly string[]): void {
  if (!own) return;
  const has = new Set(own.scopes.split(','));
  if (!scopes.every((scope) => has.has(scope))) throw new Refusal('insufficient_scope');
}

/**
 * A retailer's applications, managed by one of them. Nobody gains by it: an application gives no scope that it lacks, and
 * has no hand in one that has more, or it would rotate that one's secret and be it.
 */
import { type ApplicationScope, limits } from '@aislechat/contract';
import type { ApplicationRow, AssertionKeyRow, Writer } from '../../storage/store.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { insertApplication, type NewApplication } from '../retailers.ts';
import { hashSecret, newSecret } from '../secrets.ts';
import { type Audited, type AuditedCaller, audit, isCommandLine } from './audit.ts';

/** The command line has no more than this. */
type Needs = Pick<Context, 'store' | 'clock'>;

/** @throws Refusal insufficient_scope, limit_reached */
export function createApplication(
  context: Needs,
  caller: AuditedCaller,
  name: string,
  granted: ApplicationScope[],
): Promise<NewApplication> {
  return manage(context, caller, 'application_creation', async (tx, { own, all }) => {
    assertHasAll(own, granted);
    if (all.length >= limits.applications) throw new Refusal('limit_reached', 'applications');
    const created = await insertApplication(tx, context.clock, caller.retailer.id, name, granted);
    const detail = { name, scopes: granted.join(' ') };
    return { application: created.application, value: created, detail };
  });
}

/** @throws Refusal @throws InvalidParameters who disables the application they are, could not take it back */
export function changeApplication(
  context: Needs,
  caller: AuditedCaller,
  clientId: string,
  { name, state }: Partial<Pick<ApplicationRow, 'name' | 'state'>>,
): Promise<ApplicationRow> {
  return manage(context, caller, 'application_change', async (tx, among) => {
    const application = managed(among, clientId);
    const { retailerId, id } = application;
    if (state === 'disabled' && id === caller.applicationId) {
      throw new InvalidParameters({ key: 'state', problem: 'invalid' });
    }
    const value = { ...application, name: name ?? application.name, state: state ?? application.state };
    if (value.name === application.name && value.state === application.state) return { value };
    await tx.applications.setName(retailerId, id, value.name);
    await tx.applications.setState(retailerId, id, value.state);
    return { application, value, detail: { name: value.name, state: value.state } };
  });
}

/** The old secret stops at once; tokens already issued live out their time. @throws Refusal */
export function rotateApplicationSecret(
  context: Needs,
  caller: AuditedCaller,
  clientId: string,
): Promise<NewApplication> {
  return manage(context, caller, 'secret_rotation', async (tx, among) => {
    const application = managed(among, clientId);
    const clientSecret = newSecret();
    await tx.applications.setSecretHash(application.retailerId, application.id, hashSecret(clientSecret));
    return { application, value: { application, clientSecret } };
  });
}

/** @throws Refusal @throws InvalidParameters where the application has a key of that ID */
export function addAssertionKey(
  context: Needs,
  caller: AuditedCaller,
  clientId: string,
  key: Pick<AssertionKeyRow, 'keyId' | 'algorithm' | 'publicKey'>,
): Promise<AssertionKeyRow> {
  return manage(context, caller, 'application_change', async (tx, among) => {
    const application = managed(among, clientId);
    const { retailerId, id: applicationId } = application;
    const kept = await tx.assertionKeys.list(retailerId, applicationId);
    if (kept.some(({ keyId }) => keyId === key.keyId)) {
      throw new InvalidParameters({ key: 'kid', problem: 'taken' });
    }
    const value = { ...key, retailerId, applicationId, createdAt: context.clock.now() };
    await tx.assertionKeys.insert(value);
    return { application, value, detail: { 'added key': key.keyId } };
  });
}

/** What it signed gets no token from now on. @returns whether there was such a key @throws Refusal */
export function removeAssertionKey(
  context: Needs,
  caller: AuditedCaller,
  clientId: string,
  keyId: string,
): Promise<boolean> {
  return manage(context, caller, 'application_change', async (tx, among) => {
    const application = managed(among, clientId);
    const value = (await tx.assertionKeys.delete(application.retailerId, application.id, keyId)) > 0;
    return value ? { application, value, detail: { 'removed key': keyId } } : { value };
  });
}

interface Done<T> {
  /** The one that was changed, if any was. */
  application?: ApplicationRow;
  detail?: Record<string, unknown>;
  value: T;
}

interface Among {
  /** The caller's; undefined for the command line. */
  own: ApplicationRow | undefined;
  all: ApplicationRow[];
}

/** In one transaction, one of the retailer's at a time; an application that was changed is audited. */
async function manage<T>(
  { store, clock }: Needs,
  caller: AuditedCaller,
  action: Audited['action'],
  act: (tx: Writer, among: Among) => Promise<Done<T>>,
): Promise<T> {
  const { retailer, applicationId } = caller;
  return store.write(async (tx) => {
    await tx.retailers.lock(retailer.id);
    const all = await tx.applications.list(retailer.id);
    const own = isCommandLine(caller) ? undefined : all.find(({ id }) => id === applicationId)!;
    const { application, value, detail } = await act(tx, { own, all });
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

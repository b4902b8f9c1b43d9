/** Where a retailer's events are sent. Connect: "Create webhooks", "Authentication for event callbacks". */
import { randomBytes } from 'node:crypto';
import { type CallbackEventName, eventNamed, limits } from '@aislechat/contract';
import type { CallbackEndpointRow, Writer } from '../../storage/store.ts';
import type { SecretBox } from '../access/secret-box.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { nextId } from '../ids.ts';
import { type AuditedCaller, audit } from '../operate/audit.ts';

export interface TokenSourceInput {
  url: string;
  clientId: string;
  clientSecret: string;
  scope?: string | undefined;
  resource?: string | undefined;
  lifetimeS?: number | undefined;
}

export interface EndpointInput {
  name: string;
  url: string;
  /** Event names; a former name is read as the current one. */
  events: readonly string[];
  state: CallbackEndpointRow['state'];
  /** null: callbacks carry no token. */
  tokenSource: TokenSourceInput | null;
}

/** An endpoint with its signing secret, which is shown only this once. */
export interface NewEndpoint {
  endpoint: CallbackEndpointRow;
  signingSecret: string;
}

const newSigningSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** A sealed secret opens only for its own endpoint. */
export const ownerOf = (retailerId: number, endpointId: number) =>
  `callback endpoint ${retailerId}:${endpointId}`;

/** The subset of the context that the command line has. */
type Needs = Pick<Context, 'store' | 'clock' | 'callbacks'>;

/** @throws Refusal callbacks_not_configured @throws InvalidParameters */
export function createEndpoint(
  context: Needs,
  caller: AuditedCaller,
  input: Omit<EndpointInput, 'state'>,
): Promise<NewEndpoint> {
  const box = boxOf(context);
  const { retailer } = caller;
  assertUrls(context, input);
  return context.store.write(async (tx) => {
    // Concurrent requests wait here, so the limit holds.
    await tx.retailers.lock(retailer.id);
    if ((await tx.callbackEndpoints.list(retailer.id)).length >= limits.callbackEndpoints) {
      throw new Refusal('limit_reached', 'callback endpoints');
    }
    const id = await nextId(tx, retailer.id);
    const signingSecret = newSigningSecret();
    const endpoint: CallbackEndpointRow = {
      retailerId: retailer.id,
      id,
      name: input.name,
      url: input.url,
      state: 'enabled',
      signingSecret: box.seal(signingSecret, ownerOf(retailer.id, id)),
      formerSigningSecret: null,
      formerSecretUntil: null,
      tokenSource: sealSource(box, retailer.id, id, input.tokenSource),
      events: eventsNamed(input.events),
      createdAt: retailerNow(context.clock, retailer),
      version: 1,
    };
    await tx.callbackEndpoints.insert(endpoint);
    tx.changed({ retailerId: retailer.id });
    await audit(tx, caller, retailerNow(context.clock, retailer), {
      action: 'callback_endpoint_creation',
      subject: subjectOf(id),
      detail: detailOf(endpoint),
    });
    return { endpoint, signingSecret };
  });
}

/**
 * Once enabled again, an endpoint gets the deliveries that were waiting.
 * @throws Refusal @throws InvalidParameters
 */
export function changeEndpoint(
  context: Needs,
  caller: AuditedCaller,
  id: number,
  changes: Partial<EndpointInput>,
): Promise<CallbackEndpointRow> {
  const box = boxOf(context);
  const { retailer } = caller;
  assertUrls(context, changes);
  return context.store.write(async (tx) => {
    const before = await lockEndpoint(tx, retailer.id, id);
    const { tokenSource, events, ...rest } = changes;
    const after: CallbackEndpointRow = { ...before, ...rest };
    if (events !== undefined) after.events = eventsNamed(events);
    if (tokenSource !== undefined) after.tokenSource = sealSource(box, retailer.id, id, tokenSource);
    await tx.callbackEndpoints.update(after);
    tx.changed({ retailerId: retailer.id });
    const [was, is] = [detailOf(before), detailOf(after)];
    const detail = Object.fromEntries(Object.entries(is).filter(([name, value]) => was[name] !== value));
    // The path is left out because it may hold a secret, as are the credentials of the token source.
    if (after.url !== before.url) detail.url = is.url!;
    if (tokenSource !== undefined) detail.authentication = is.authentication!;
    if (Object.keys(detail).length > 0) {
      await audit(tx, caller, retailerNow(context.clock, retailer), {
        action: 'callback_endpoint_change',
        subject: subjectOf(id),
        detail: detail,
      });
    }
    return after;
  });
}

/** The previous secret keeps signing beside the new one for a day. @throws Refusal */
export function rotateSigningSecret(context: Needs, caller: AuditedCaller, id: number): Promise<NewEndpoint> {
  const box = boxOf(context);
  const { retailer } = caller;
  return context.store.write(async (tx) => {
    const before = await lockEndpoint(tx, retailer.id, id);
    const signingSecret = newSigningSecret();
    const endpoint: CallbackEndpointRow = {
      ...before,
      signingSecret: box.seal(signingSecret, ownerOf(retailer.id, id)),
      formerSigningSecret: before.signingSecret,
      formerSecretUntil: retailerNow(context.clock, retailer) + limits.formerSecretMs,
    };
    await tx.callbackEndpoints.update(endpoint);
    tx.changed({ retailerId: retailer.id });
    await audit(tx, caller, retailerNow(context.clock, retailer), {
      action: 'secret_rotation',
      subject: subjectOf(id),
    });
    return { endpoint, signingSecret };
  });
}

/** Deletes the endpoint with its deliveries, pending and past. @throws Refusal */
export async function deleteEndpoint(
  context: Pick<Context, 'store' | 'clock'>,
  caller: AuditedCaller,
  id: number,
): Promise<void> {
  const { retailer } = caller;
  await context.store.write(async (tx) => {
    const endpoint = await lockEndpoint(tx, retailer.id, id);
    await tx.callbackEndpoints.delete(retailer.id, id);
    tx.changed({ retailerId: retailer.id });
    await audit(tx, caller, retailerNow(context.clock, retailer), {
      action: 'callback_endpoint_deletion',
      subject: subjectOf(id),
      detail: detailOf(endpoint),
    });
  });
}

const subjectOf = (id: number) => ({ type: 'callback_endpoint', id }) as const;

/** The endpoint's details for the audit log: where callbacks go, without anything secret. */
function detailOf({ name, url, state, events, tokenSource }: CallbackEndpointRow): Record<string, string> {
  return {
    name,
    url: new URL(url).origin,
    state,
    events: events.join(' '),
    authentication: tokenSource === null ? 'none' : new URL(tokenSource.url).origin,
  };
}

/** Oldest first. */
export const listEndpoints = (
  { store }: Pick<Context, 'store'>,
  retailerId: number,
): Promise<CallbackEndpointRow[]> => store.read.callbackEndpoints.list(retailerId);

/** @throws Refusal */
export async function findEndpoint(
  { store }: Pick<Context, 'store'>,
  retailerId: number,
  id: number,
): Promise<CallbackEndpointRow> {
  const endpoint = await store.read.callbackEndpoints.find(retailerId, id);
  if (!endpoint) throw new Refusal('resource_not_found');
  return endpoint;
}

/** The secrets in use for signing: the current one, and the previous one until it expires. */
export function signingSecrets(box: SecretBox, endpoint: CallbackEndpointRow, now: number): string[] {
  const owner = ownerOf(endpoint.retailerId, endpoint.id);
  const { signingSecret, formerSigningSecret, formerSecretUntil } = endpoint;
  const former = formerSecretUntil !== null && now < formerSecretUntil ? formerSigningSecret : null;
  return [signingSecret, ...(former === null ? [] : [former])].map((sealed) => box.open(sealed, owner));
}

export function clientSecretOf(box: SecretBox, { retailerId, id, tokenSource }: CallbackEndpointRow): string {
  return box.open(tokenSource!.clientSecret, ownerOf(retailerId, id));
}

/** Whether the box can open an endpoint's sealed secrets. */
export function opens(
  box: SecretBox,
  endpoint: Pick<CallbackEndpointRow, 'retailerId' | 'id' | 'signingSecret'>,
): boolean {
  try {
    box.open(endpoint.signingSecret, ownerOf(endpoint.retailerId, endpoint.id));
    return true;
  } catch {
    return false;
  }
}

function sealSource(
  box: SecretBox,
  retailerId: number,
  id: number,
  source: TokenSourceInput | null,
): CallbackEndpointRow['tokenSource'] {
  if (source === null) return null;
  return {
    url: source.url,
    clientId: source.clientId,
    clientSecret: box.seal(source.clientSecret, ownerOf(retailerId, id)),
    scope: source.scope ?? null,
    resource: source.resource ?? null,
    lifetimeS: source.lifetimeS ?? null,
  };
}

/** @throws InvalidParameters */
function eventsNamed(names: readonly string[]): CallbackEventName[] {
  const events = names.map((name) => {
    const event = eventNamed(name);
    if (!event) throw new InvalidParameters({ key: 'events', problem: 'inclusion' });
    return event;
  });
  return [...new Set(events)];
}

async function lockEndpoint(tx: Writer, retailerId: number, id: number): Promise<CallbackEndpointRow> {
  const endpoint = await tx.callbackEndpoints.lock(retailerId, id);
  if (!endpoint) throw new Refusal('resource_not_found');
  return endpoint;
}

/** @throws Refusal callbacks_not_configured */
function boxOf({ callbacks }: Needs): SecretBox {
  if (!callbacks.box) throw new Refusal('callbacks_not_configured');
  return callbacks.box;
}

/** @throws InvalidParameters */
function assertUrls({ callbacks }: Needs, { url, tokenSource }: Partial<EndpointInput>): void {
  if (url !== undefined && !callbacks.accepts(url))
    throw new InvalidParameters({ key: 'url', problem: 'invalid' });
  if (tokenSource && !callbacks.accepts(tokenSource.url)) {
    throw new InvalidParameters({ key: 'authentication.token_url', problem: 'invalid' });
  }
}

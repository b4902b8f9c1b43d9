/** How a retailer sends and receives text messages. */
import { randomBytes } from 'node:crypto';
import type { SmsAdapter } from '@aislechat/contract';
import type { RetailerRow, SmsSenderRow, Writer } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import type { SecretBox } from '../access/secret-box.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { audit } from '../operate/audit.ts';
import type { SmsSender } from './notifications.ts';
import { numberReader } from './phones.ts';

export interface SenderInput {
  adapter: SmsAdapter;
  number: string;
  account: string | undefined;
  url: string | undefined;
  /** Of Twilio. */
  authToken: string | undefined;
}

export interface NewSender {
  row: SmsSenderRow;
  /** Of the generic adapter; shown only this once. */
  signingSecret: string | undefined;
}

const ownerOf = (retailerId: number) => `sms sender ${retailerId}`;

/** The sender with its secret; undefined if the retailer has none. */
export async function openSender(
  { store, notifications }: Pick<Context, 'store' | 'notifications'>,
  retailerId: number,
): Promise<SmsSender | undefined> {
  const row = await store.read.textMessages.sender(retailerId);
  if (!row || !notifications.box) return undefined;
  return { ...row, secret: notifications.box.open(row.secret, ownerOf(retailerId)) };
}

/** @throws Refusal resource_not_found */
export async function findSender({ store }: Context, { retailer }: Caller): Promise<SmsSenderRow> {
  const row = await store.read.textMessages.sender(retailer.id);
  if (!row) throw new Refusal('resource_not_found');
  return row;
}

/** @throws Refusal @throws InvalidParameters */
export async function putSender(context: Context, caller: Caller, input: SenderInput): Promise<NewSender> {
  const { store, clock, notifications } = context;
  const { box, sms } = notifications;
  if (!box || notifications.baseUrl() === undefined) throw new Refusal('sms_not_configured');
  if (!sms[input.adapter]) throw new InvalidParameters({ key: 'adapter', problem: 'inclusion' });
  const number = (await numberReader())(input.number);
  if (number === undefined) throw new InvalidParameters({ key: 'number', problem: 'invalid' });
  const { retailer } = caller;
  const signingSecret = input.adapter === 'http' ? `whsec_${randomBytes(32).toString('base64')}` : undefined;
  const secret = signingSecret ?? required(input, 'twilio', 'auth_token', input.authToken) ?? 'none';
  const row: SmsSenderRow = {
    retailerId: retailer.id,
    adapter: input.adapter,
    number,
    account: required(input, 'twilio', 'account', input.account),
    url: required(input, 'http', 'url', input.url),
    secret: box.seal(secret, ownerOf(retailer.id)),
    createdAt: retailerNow(clock, retailer),
  };
  if (row.url !== null && !notifications.accepts(row.url)) {
    throw new InvalidParameters({ key: 'url', problem: 'invalid' });
  }
  await store.write(async (tx) => {
    await assertNoCopies(tx, retailer.id);
    await tx.textMessages.setSender(row);
    await note(tx, context, caller, row.adapter);
  });
  return { row, signingSecret };
}

/** The sender of a new retailer of the sandbox, whose text messages reach simulated phones only. */
export function sandboxSender(
  { clock }: Pick<Context, 'clock'>,
  box: SecretBox,
  retailer: RetailerRow,
  number: string,
): SmsSenderRow {
  return {
    retailerId: retailer.id,
    adapter: 'fake',
    number,
    account: null,
    url: null,
    secret: box.seal('none', ownerOf(retailer.id)),
    createdAt: retailerNow(clock, retailer),
  };
}

/** @returns the value, or null if it was not given @throws InvalidParameters if `adapter` needs it */
function required(
  input: SenderInput,
  adapter: SmsAdapter,
  key: string,
  value: string | undefined,
): string | null {
  if (value !== undefined && value !== '') return value;
  if (input.adapter === adapter) throw new InvalidParameters({ key, problem: 'blank' });
  return null;
}

/** @throws Refusal */
export async function deleteSender(context: Context, caller: Caller): Promise<void> {
  const { id } = caller.retailer;
  await context.store.write(async (tx) => {
    await assertNoCopies(tx, id);
    if ((await tx.textMessages.deleteSender(id)) === 0) throw new Refusal('resource_not_found');
    await note(tx, context, caller, 'none');
  });
}

/** Without the sender, copies at its provider could not be deleted any more. @throws Refusal */
async function assertNoCopies(tx: Writer, retailerId: number): Promise<void> {
  await tx.retailers.lock(retailerId);
  if (await tx.textMessages.hasCopies(retailerId)) throw new Refusal('sms_copies_remain');
}

const note = (tx: Writer, { clock }: Context, caller: Caller, sender: string): Promise<number> =>
  audit(tx, caller, retailerNow(clock, caller.retailer), {
    action: 'settings_change',
    subject: { type: 'retailer', id: caller.retailer.id },
    detail: { sms_sender: sender },
  });

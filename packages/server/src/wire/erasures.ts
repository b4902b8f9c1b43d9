/** Converts receipts of erasures to the contract's types. */
import { type schemas, wireTime } from '@aislechat/contract';
import type { Static } from 'typebox';
import { startOfEpoch } from '../domain/erasure/keys.ts';
import { kindsOfReceipt } from '../domain/erasure/kinds.ts';
import type { ErasureReceiptRow } from '../storage/store.ts';

export const wireErasure = (receipt: ErasureReceiptRow): Static<typeof schemas.Erasure> => ({
  erased_at: wireTime(receipt.erasedAt),
  reason: receipt.reason,
  kinds: kindsOfReceipt(receipt),
  messages: receipt.messages,
  evidence: receipt.evidence,
  held: receipt.held,
  ...(receipt.heldUntil !== null && { held_until: wireTime(receipt.heldUntil) }),
  images: receipt.images,
  subscriptions: receipt.subscriptions,
  phone_numbers: receipt.phoneNumbers,
  provider_copies: receipt.providerCopies,
  ...(receipt.verifiedAt !== null && { verified_at: wireTime(receipt.verifiedAt) }),
  ...(receipt.keyEpoch !== null && { key_epoch: wireTime(startOfEpoch(receipt.keyEpoch)) }),
});

/** What a receipt says was erased: the kinds of the table of personal data that the erasure reached. */
import { type ErasedKind, erasedKinds } from '@aislechat/contract';
import type { ErasureReceiptRow, PersonErasureRow } from '../../storage/store.ts';
import { type PersonalColumn, personalData } from './personal-data.ts';

type Counts = Pick<
  ErasureReceiptRow,
  'messages' | 'evidence' | 'images' | 'subscriptions' | 'phoneNumbers' | 'providerCopies'
>;

/** The kinds that a receipt counts. */
const countOf: Partial<Record<ErasedKind, keyof Counts>> = {
  texts: 'messages',
  evidence: 'evidence',
  images: 'images',
  subscriptions: 'subscriptions',
  phone_numbers: 'phoneNumbers',
  provider_copies: 'providerCopies',
};

function kindsOf(isReached: (column: PersonalColumn) => boolean): ErasedKind[] {
  const reached = new Set(
    Object.values(personalData).flatMap(({ personal }) =>
      Object.values(personal).flatMap((column) => (isReached(column) ? column.kinds : [])),
    ),
  );
  return erasedKinds.filter((kind) => reached.has(kind));
}

const isOfChat = ({ until }: PersonalColumn): boolean => until === 'chat' || until === 'evidence';
const ofChat = kindsOf(isOfChat);
const ofPerson = {
  user: kindsOf(({ of, onRequest }) => of.includes('customer') && onRequest.endsWith('erased')),
  shopper: kindsOf(
    (column) =>
      column.of === 'shopper' ||
      (isOfChat(column) && column.of.includes('shopper') && column.onRequest.endsWith('erased')),
  ),
};

/** A chat's receipt counts every kind, so it names only those of which there was something. */
export const kindsOfReceipt = (receipt: ErasureReceiptRow): ErasedKind[] =>
  ofChat.filter((kind) => receipt[countOf[kind]!] > 0);

/** A person's receipt also names the kinds that it does not count, even if the person had none of them. */
export const kindsOfPerson = (erasure: PersonErasureRow): ErasedKind[] =>
  ofPerson[erasure.kind].filter((kind) => {
    const count = kind === 'phone_numbers' ? undefined : countOf[kind];
    return count === undefined || erasure[count] > 0;
  });

/** What a receipt says was erased: the kinds of the table of personal data that the erasure reached. */
import { type ErasedKind, erasedKinds } from '@aislechat/contract';
import type { ErasureReceiptRow, PersonErasureRow } from '../../storage/store.ts';
import { type PersonalColumn, personalData } from './personal-data.ts';

type Counts = Pick<
  ErasureReceiptRow,
  'messages' | 'images' | 'subscriptions' | 'phoneNumbers' | 'providerCopies'
>;

/** The kinds that a receipt counts. */
const countOf: Partial<Record<ErasedKind, keyof Counts>> = {
  texts: 'messages',
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

const ofChat = kindsOf(({ until }) => until === 'chat');
const ofPerson = {
  user: kindsOf(({ of, onRequest }) => of.includes('customer') && onRequest.endsWith('erased')),
  shopper: kindsOf(
    ({ of, until, onRequest }) =>
      of === 'shopper' || (until === 'chat' && of.includes('shopper') && onRequest.endsWith('erased')),
  ),
};

/** Of a chat, every kind is counted, and only what was there is named. */
export const kindsOfReceipt = (receipt: ErasureReceiptRow): ErasedKind[] =>
  ofChat.filter((kind) => receipt[countOf[kind]!] > 0);

/** Of a person, what is not counted is named even if they had none of it. */
export const kindsOfPerson = (erasure: PersonErasureRow): ErasedKind[] =>
  ofPerson[erasure.kind].filter((kind) => {
    const count = kind === 'phone_numbers' ? undefined : countOf[kind];
    return count === undefined || erasure[count] > 0;
  });

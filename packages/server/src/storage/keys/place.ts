/**
 * Where the keys of epochs are: the few operations that a folder, a bucket or a key service has to offer. Everything else
 * is the same for all (epochs.ts).
 */
export interface KeyPlace {
  /** @returns undefined when the epoch has no key */
  read(number: number): Promise<Uint8Array | undefined>;
  /** Once it resolves, the epoch has a durable key; one that another process made is kept. */
  create(number: number, key: Uint8Array): Promise<void>;
  /** Once it resolves, the epoch's key no longer exists. */
  destroy(number: number): Promise<void>;
  /** The numbers of all epochs, in any order. */
  list(): Promise<number[]>;
  /** Identifies the place. @param make whether to create it if it does not exist */
  id(options: { make: boolean }): Promise<string | undefined>;
  /**
   * Looks for what would keep destroyed keys, or would replace one that is in use.
   * @returns false if the place does not say @throws KeysUnsafe with a message for the operator
   */
  isSafe(): Promise<boolean>;
}

/** The name of an epoch's key in a folder or a bucket. */
export const keyName = (number: number): string => `epoch-${number}.key`;
const nameOfKey = /^epoch-(\d{1,15})\.key$/;
export const numbersOf = (names: string[]): number[] =>
  names.flatMap((name) => {
    const number = nameOfKey.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });

/** The keys would not end where they are. */
export class KeysUnsafe extends Error {
  override readonly name = 'KeysUnsafe';
}

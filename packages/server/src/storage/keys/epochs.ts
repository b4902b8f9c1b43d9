/**
 * The keys that the keys of orders are encrypted with: a port of its own, since they must not be where the database
 * is. Each epoch has one key, and what was encrypted with it is unreadable once the key is destroyed
 * (docs/decisions/keys-that-die.md). It applies no rules: others decide when an epoch begins and ends.
 */
import type { KeyObject } from 'node:crypto';

export interface Epoch {
  number: number;
  key: KeyObject;
}

export interface EpochKeys {
  /** The epoch with the highest number, as `list` last found it. @throws StorageUnavailable if there is none */
  newest(): Promise<Epoch>;
  /** @throws StorageUnavailable */
  find(number: number): Promise<KeyObject | undefined>;
  /** Once it resolves, the epoch has a durable key; one that another process made is kept. @throws StorageUnavailable */
  create(number: number): Promise<void>;
  /** Once it resolves, the epoch's key no longer exists. @throws StorageUnavailable */
  destroy(number: number): Promise<void>;
  /** The numbers of all epochs, in order. Keys that other processes destroyed are forgotten. @throws StorageUnavailable */
  list(): Promise<number[]>;
  /** Identifies the place of the keys. @param make whether to create it if it does not exist @throws StorageUnavailable */
  id(options: { make: boolean }): Promise<string | undefined>;
}

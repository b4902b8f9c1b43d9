/** What every case receives. */
import type { Pace } from './interleave.ts';
import { type Folder, type Shape, seedFolder } from './seed.ts';

export interface Bench {
  pace: Pace;
  isQuick: boolean;
  folders: Folders;
  /** Shows progress to the person waiting. */
  progress(text: string): void;
}

/** Data folders that several cases read but do not change. Each is created on first use. */
export interface Folders {
  /** 1,000 orders. */
  small(): Promise<Folder>;
  /** 1,000,000 orders, with as many conversations as `small`. */
  large(): Promise<Folder>;
  /** 100,000 orders, each with a conversation. */
  chats(): Promise<Folder>;
}

export function sharedFolders(progress: Bench['progress']): Folders {
  const madeOnce = (shape: Shape) => {
    let folder: Promise<Folder> | undefined;
    const make = () => {
      progress(`seeding ${shape.orders} orders, ${shape.chats} with a conversation`);
      return seedFolder(shape);
    };
    return () => {
      folder ??= make();
      return folder;
    };
  };
  return {
    small: madeOnce({ orders: 1000, chats: 200 }),
    large: madeOnce({ orders: 1_000_000, chats: 200 }),
    chats: madeOnce({ orders: 100_000, chats: 100_000 }),
  };
}

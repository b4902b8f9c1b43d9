/** The page's own quick replies, by the step of the order and by the item that is being talked about. */
import type { LineItem } from '@aislechat/client';
import { filled } from '../words.ts';
import type { ShopperWords } from './words.ts';

export function repliesFor(
  workflowState: string | undefined,
  item: LineItem | undefined,
  words: ShopperWords,
): string[] {
  switch (workflowState) {
    case 'brand_new':
    case 'acknowledged':
    case 'rescheduled':
      return [words.quickSoon, words.quick1];
    case 'checkout':
    case 'bags_check':
      return [words.quick4, words.quick1, words.quickThanks];
    case 'delivering':
      return [words.quick5, words.quickHere, words.quickThanks];
    default:
      if (item?.item.name) return about(item, words);
      return [words.quick1, words.quick3, words.quick2, words.quick4];
  }
}

function about({ item, status, replacement, replacement_status }: LineItem, words: ShopperWords): string[] {
  const names = { item: item.name, proposed: replacement?.name ?? '' };
  if (status === 'TO_REFUND') {
    return [filled(words.quickOut, names), filled(words.quickElse, names), words.quick3, words.quick1];
  }
  if (replacement_status === 'REJECTED') return [words.quick1, words.quickLooking, words.quick3];
  return [filled(words.quickOffered, names), words.quickWaiting, words.quick3, words.quick1];
}

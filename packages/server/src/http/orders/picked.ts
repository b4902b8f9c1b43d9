import type { schemas } from '@aislechat/contract';
import type { Static } from 'typebox';
import type { ItemUpdate } from '../../domain/orders/items.ts';
import type { Product } from '../../storage/store.ts';

/** Converts the result of picking an item to the domain's values. */
export function pickedItem(
  lineNum: string,
  { status, replacement_item, delivered_count, delivered_weight }: Static<typeof schemas.PickItemRequest>,
): ItemUpdate {
  return {
    lineNum,
    status,
    replacement: replacement_item && productOf(replacement_item),
    delivered: {
      ...(delivered_count !== undefined && { delivered_count }),
      ...(delivered_weight !== undefined && { delivered_weight }),
    },
  };
}

export function productOf({ upc, rrc, ...looks }: schemas.Product): Product {
  const product: Product = looks;
  if (upc !== undefined) product.upc = String(upc);
  if (rrc !== undefined) product.rrc = String(rrc);
  return product;
}

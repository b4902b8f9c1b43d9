import type { RouteNameOf } from '@aislechat/contract';
import { openImage } from '../../domain/images/open.ts';
import { uploadImage } from '../../domain/images/upload.ts';
import { type Handlers, orderReference } from '../pipeline/exchange.ts';
import { Held, readImageBody, uploadBudget } from './image-body.ts';

/** Returns a query parameter, or undefined if the client sent it more than once. */
const single = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export function imageHandlers(idleMs: number): Handlers<RouteNameOf<'images'>> {
  const budget = uploadBudget();
  return {
    async uploadImage({ context, caller, request, params, giveWay }) {
      // Other requests may run while this one waits for the client's bytes and then for the encoder, which has its own
      // queue.
      giveWay();
      const held = new Held(budget, caller);
      try {
        const reference = orderReference(request, params.order_id!);
        const receive = () => readImageBody(request, held, idleMs);
        const image = await uploadImage(context, caller, reference, receive);
        return { image_id: image.id, width: image.width, height: image.height };
      } finally {
        held.release();
      }
    },

    async getImage({ context, request, reply, params }) {
      const query = request.query as Record<string, unknown>;
      const { bytes, maxAgeMs } = await openImage(
        context,
        { name: params.image!, expires: single(query.expires), signature: single(query.signature) },
        query.size === 'thumbnail' ? 'thumbnail' : 'full',
      );
      // These headers keep a browser from treating the picture as a page.
      return reply
        .header('content-type', 'image/jpeg')
        .header('cache-control', `private, max-age=${Math.floor(maxAgeMs / 1000)}`)
        .header('x-content-type-options', 'nosniff')
        .header('content-security-policy', "default-src 'none'")
        .header('content-disposition', 'inline')
        .send(bytes);
    },
  };
}

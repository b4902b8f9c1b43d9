/** Images of a conversation. Ours. */
import { Type } from 'typebox';
import { byParticipant, define } from '../route.ts';
import { Integer, object } from '../schema-kinds.ts';

const binary = Type.Unsafe<Uint8Array>({ type: 'string', format: 'binary' });

export const ImageForm = object({ image: binary }, 'One file; its field may have any name');

export const ImageBytes = binary;

export const UploadedImage = object({
  image_id: Integer('For `image_id` of a message of the same sender in the same order'),
  width: Integer('Of what is kept, in pixels'),
  height: Integer('Of what is kept, in pixels'),
});

const image = { ...byParticipant, tag: 'Images' } as const;

export const imageRoutes = define({
  uploadImage: {
    ...image,
    method: 'POST',
    path: '/v1/orders/{order_id}/images',
    summary: 'Upload an image, as a file of a form or as the body itself, for a message that will carry it',
    body: ImageForm,
    bodyTypes: ['multipart/form-data', 'image/jpeg', 'image/png', 'image/webp'],
    answer: UploadedImage,
    errors: [
      'sending_not_allowed',
      'resource_not_found',
      'unsupported_image_type',
      'image_invalid',
      'limit_reached',
    ],
  },
  getImage: {
    tag: 'Images',
    surface: 'native',
    identity: 'anyone',
    method: 'GET',
    path: '/v1/images/{image}',
    summary: 'An image, by the link that a message carries',
    query: {
      expires: 'From the link',
      signature: 'From the link',
      size: '`thumbnail` for the small one',
    },
    requiredQuery: ['expires', 'signature'],
    answer: ImageBytes,
    answerType: 'image/jpeg',
    errors: ['resource_not_found'],
  },
});

/** Images of a conversation. These operations are ours. */
import { Type } from '../json-schema.ts';
import { byParticipant, define } from '../route.ts';
import { Id, Integer, object, optional, Text } from '../schema-kinds.ts';

const binary = Type.Unsafe<Uint8Array>({
  type: 'string',
  format: 'binary',
  description: 'The bytes of an image',
});

export const ImageForm = object({ image: binary }, 'A form with one file; its field may have any name');

export const ImageBytes = binary;

export const UploadedImage = object(
  {
    image_id: Id('Send it as `image_id` of a message, as the same sender and in the same order'),
    width: Integer('Width in pixels, as stored'),
    height: Integer('Height in pixels, as stored'),
  },
  'A stored image',
);

const image = { ...byParticipant, tag: 'Images' } as const;

export const imageRoutes = define({
  uploadImage: {
    ...image,
    method: 'POST',
    path: '/v1/orders/{order_id}/images',
    summary: 'Upload an image',
    description:
      'Stores a JPEG, PNG or WebP of up to 10 MiB, sent as the body itself or as the file of a form, for a message to this order. The image is decoded and encoded again, which removes its metadata. To send it, put its `image_id` in a message.',
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
    summary: 'Get an image',
    description:
      'Returns the image behind the signed link in `image` of a message. A link works for ten to twenty minutes; reading the messages again returns a new one.',
    query: object({
      expires: Text('From the link'),
      signature: Text('From the link'),
      size: optional(Text('`thumbnail` for the small version')),
    }),
    answer: ImageBytes,
    answerType: 'image/jpeg',
    errors: ['resource_not_found'],
  },
});

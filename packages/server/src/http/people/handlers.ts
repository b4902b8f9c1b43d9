import { Readable } from 'node:stream';
import { type RouteNameOf, schemas } from '@aislechat/contract';
import type { FastifyReply } from 'fastify';
import {
  revokeTokensOfAgent,
  revokeTokensOfShopper,
  revokeTokensOfUser,
} from '../../domain/access/revoke-tokens.ts';
import { erasePerson, eraseShopper } from '../../domain/people/erase.ts';
import { exportPerson, exportShopper } from '../../domain/people/export.ts';
import { putShopper, type ShopperInput } from '../../domain/people/shoppers.ts';
import { createUser, type UserInput } from '../../domain/people/users.ts';
import { type Handlers, orderReference } from '../pipeline/exchange.ts';
import { parse } from '../pipeline/parse.ts';
import {
  wireExported,
  wireExportedOfShopper,
  wireNativeShopper,
  wireNativeUser,
  wirePersonErasure,
} from './wire.ts';

export const peopleHandlers: Handlers<RouteNameOf<'people'>> = {
  async putShopper({ context, caller, request, params }) {
    const { external_id } = parse(schemas.PathOfShopper, params);
    const body = parse(schemas.PutShopperRequest, request.body);
    const input: ShopperInput = {};
    if (body.display_name !== undefined) input.displayName = body.display_name;
    if (body.avatar_url !== undefined) input.avatarUrl = body.avatar_url;
    if (body.email !== undefined) input.email = body.email;
    if (body.phone !== undefined) input.phone = body.phone;
    return wireNativeShopper(await putShopper(context, caller, external_id, input));
  },

  async putUser({ context, caller, request, params }) {
    const { user_id } = parse(schemas.PathOfUser, params);
    const body = parse(schemas.PutUserRequest, request.body);
    const input: UserInput = {
      externalId: user_id,
      firstName: body.first_name,
      lastName: body.last_name ?? null,
      phoneNumber: body.phone_number ?? null,
      locale: body.locale ?? null,
    };
    if (body.avatar_url !== undefined) input.avatarUrl = body.avatar_url;
    return wireNativeUser(await createUser(context, caller, input));
  },

  async eraseUser({ context, caller, request, params }) {
    const reference = orderReference(request, params.user_id!);
    return wirePersonErasure(await erasePerson(context, caller, reference));
  },

  async exportUser({ context, caller, request, reply, params }) {
    const pieces = await exportPerson(context, caller, orderReference(request, params.user_id!));
    return sendLines(reply, linesOf(pieces, wireExported));
  },

  async eraseShopper({ context, caller, request, params }) {
    const reference = orderReference(request, params.external_id!);
    return wirePersonErasure(await eraseShopper(context, caller, reference));
  },

  async exportShopper({ context, caller, request, reply, params }) {
    const pieces = await exportShopper(context, caller, orderReference(request, params.external_id!));
    return sendLines(reply, linesOf(pieces, wireExportedOfShopper));
  },

  async revokeTokensOfUser({ context, caller, request, params }) {
    const reference = orderReference(request, params.user_id!);
    return { revoked: await revokeTokensOfUser(context, caller, reference) };
  },

  async revokeTokensOfShopper({ context, caller, request, params }) {
    const reference = orderReference(request, params.external_id!);
    return { revoked: await revokeTokensOfShopper(context, caller, reference) };
  },

  async revokeTokensOfAgent({ context, caller, params }) {
    const { agent } = parse(schemas.PathOfAgent, params);
    return { revoked: await revokeTokensOfAgent(context, caller, agent) };
  },
};

const sendLines = (reply: FastifyReply, lines: AsyncIterable<string>): FastifyReply =>
  reply
    .header('content-type', 'application/x-ndjson; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(Readable.from(lines));

/** The last line of an export shows that it is complete. */
async function* linesOf<Piece>(
  pieces: AsyncIterable<Piece>,
  wire: (piece: Piece) => unknown,
): AsyncGenerator<string> {
  for await (const piece of pieces) yield `${JSON.stringify(wire(piece))}\n`;
  yield `${JSON.stringify({ type: 'end' })}\n`;
}

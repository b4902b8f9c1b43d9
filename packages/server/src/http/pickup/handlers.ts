import { instantOf, isVisible, type RouteNameOf, schemas } from '@aislechat/contract';
import { InvalidParameters } from '../../domain/errors.ts';
import {
  pickupInstructionsOf,
  recordArrival,
  schedulePickup,
  setDelegate,
} from '../../domain/orders/pickup.ts';
import { type Handlers, orderReference } from '../pipeline/exchange.ts';
import { parse } from '../pipeline/parse.ts';

export const pickupHandlers: Handlers<RouteNameOf<'pickup'>> = {
  async recordUserArrival({ context, caller, request, params }) {
    const read = () => parse(schemas.UserArrivedRequest, request.body).is_pickup_delegate ?? false;
    await recordArrival(context, caller, orderReference(request, params.order_id!), read);
    return { success: true };
  },

  async schedulePickup({ context, caller, request, params }) {
    const read = () => etaOf(parse(schemas.SchedulePickupRequest, request.body).schedule_pickup_eta);
    await schedulePickup(context, caller, orderReference(request, params.order_id!), read);
    return { success: true };
  },

  async getPickupDetails({ context, caller, request, params }) {
    const text = await pickupInstructionsOf(context, caller, orderReference(request, params.order_id!));
    return { pickup_instructions: text === '' ? [] : [{ type: 'curbside', text, images: [] }] };
  },

  async setPickupDelegate({ context, caller, request, params }) {
    const read = () => {
      const { name, phone_number: phoneNumber } = parse(schemas.PickupDelegateRequest, request.body);
      return { name, phoneNumber };
    };
    await setDelegate(context, caller, orderReference(request, params.order_id!), read);
    return { success: true };
  },
};

/** @throws InvalidParameters */
function etaOf(text: string): number {
  const key = 'schedule_pickup_eta';
  if (!isVisible(text)) throw new InvalidParameters({ key, problem: 'blank' });
  const eta = instantOf(text);
  if (eta === undefined) throw new InvalidParameters({ key, problem: 'invalid' });
  return eta;
}

/** Opens connections that `destinations` allows, and keeps them open for the next callback. */
import type { EventEmitter } from 'node:events';
import { isIP, type Socket } from 'node:net';
import { limits } from '@aislechat/contract';
import { Agent, buildConnector, Client, type Dispatcher, Pool } from 'undici';
import type { Connection } from './call.ts';
import { bare, DestinationForbidden, type Destinations } from './destinations.ts';

/** For how long an unused connection is kept, if the receiver does not say. */
const keptMs = 60_000;

export function guardedAgent(destinations: Destinations): Agent {
  const open = buildConnector({
    allowH2: false,
    timeout: limits.callbackAnswerMs,
    // The look-up is then asked for a list.
    autoSelectFamily: true,
    lookup: (host, _options, done) => {
      destinations.addressOf(host).then(
        (address) => done(null, [{ address, family: isIP(address) }]),
        (error) => done(error, []),
      );
    },
  });
  const connect = (options: buildConnector.Options, done: buildConnector.Callback): Socket | undefined => {
    const host = bare(options.hostname);
    // Node looks up names only.
    if (isIP(host) !== 0 && !destinations.mayReach(host, host)) {
      done(new DestinationForbidden(), null);
      return undefined;
    }
    const target = { ...options, hostname: host, ...(isIP(host) === 0 && { servername: host }) };
    const connecting = open(target, (error, socket) => {
      const failure = error ?? socket!.errored;
      if (failure) done(failure, null);
      else done(null, socket!);
    }) as unknown as Socket;
    // Before anything is sent.
    return connecting.prependOnceListener('connect', () => destinations.guard(connecting, host));
  };
  return new Agent({
    // The request's signal bounds the answer.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: keptMs,
    factory: (origin, options) => {
      const pool: Pool = new Pool(origin, {
        ...options,
        factory: (...of) => new NotingClient(...of),
        connect: (...of) => connect(...of)?.once('close', lookForUse),
      });
      // The agent drops a pool without connections, but would not notice that an attempt was cancelled.
      const lookForUse = () => (pool as EventEmitter).emit('disconnect', origin, [pool]);
      return pool;
    },
  });
}

/** Notes whether a request's connection was open before. */
class NotingClient extends Client {
  override dispatch(
    options: Dispatcher.DispatchOptions & { opaque?: Connection },
    handler: Dispatcher.DispatchHandler,
  ) {
    if (options.opaque) options.opaque.isKept = this.stats.connected;
    return super.dispatch(options, handler);
  }
}

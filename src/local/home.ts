/** The home on one machine: store, stream, gateway and door in one process, one file on disk. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NO_RULES } from '../domain/rules/rule-book.ts';
import { TOPOLOGY } from '../domain/topology.ts';
import { makeBreaker } from '../sink/breaker.ts';
import type { Destination } from '../sink/destination.ts';
import { LIMITS } from '../stream/limits.ts';
import { logToStderr } from '../stream/log.ts';
import { makeStream } from '../stream/make-stream.ts';
import type { Publish } from '../stream/ports.ts';
import { makeSystemEvents } from '../stream/system-events.ts';
import { startAlerting } from './alerting.ts';
import { makeDeliveriesRecord } from './deliveries-record.ts';
import { makeDeliveryFigures } from './delivery-figures.ts';
import { deliveries, readHere, topologyWith } from './destinations.ts';
import { developmentRoutes } from './development/development-routes.ts';
import { openDevelopmentIssuer } from './development/issuer.ts';
import { makeDoor } from './door/door.ts';
import { doorRoutes } from './door/door-routes.ts';
import { type FaultSwitch, makeFaultSwitch } from './faults.ts';
import { faultyConsumer, faultyDelivery } from './faulty-deliveries.ts';
import { withFaults } from './gateway/faulty-gateway.ts';
import { makeGateway } from './gateway/gateway.ts';
import { makeHealth } from './health.ts';
import { ConfigurationError, GATEWAY_CUTS, type HomeOptions, trustOf } from './home-options.ts';
import { makeGuard } from './http/guard.ts';
import { homeRoutes } from './http/home-routes.ts';
import { makePage } from './http/page.ts';
import { PAGE_DIR } from './http/page-dir.ts';
import { PAGERDUTY_PATH, pagerdutyRoutes } from './http/pagerduty-routes.ts';
import { makeRequestListener, makeServer } from './http/serve.ts';
import { makePublish } from './publish.ts';
import { type RunningStandIns, startStandIns } from './stand-ins/start.ts';
import { openStore, type Store } from './store/open-store.ts';
import { tokenVerifier } from './token-verifier.ts';

export interface Home {
  /** The page's address, without a slash at its end. */
  readonly url: string;
  readonly streamUrl: string;
  readonly port: number;
  readonly faults: FaultSwitch;
  /** For whoever runs the home: books, dead letters, replays. */
  readonly store: Pick<Store, 'accounts' | 'deadLetters' | 'replays' | 'subscriptions' | 'alertStore'>;
  /** Puts what the system itself says on the bus: alerts among it, which the door takes from nobody. */
  readonly publish: Publish;
  /** Where events go besides the trail. */
  readonly destinations: readonly Destination[];
  /** Says goodbye to viewers, finishes what is in hand, closes the file. */
  close(): Promise<void>;
}

/** Resolves once it listens. Throws ConfigurationError for what must not start, StoreError when the data folder is in
 * use or damaged, and the system's error when the port is taken. */
export async function startHome(options: HomeOptions = {}): Promise<Home> {
  const standIns = await standInsFor(options);
  try {
    return await startWith(options, standIns);
  } catch (error) {
    await standIns?.close();
    throw error;
  }
}

async function standInsFor({ standIns, ...options }: HomeOptions): Promise<RunningStandIns | undefined> {
  if (standIns === undefined) return undefined;
  if (trustOf(options).kind === 'development') return startStandIns({ ...options, ...standIns });
  throw new ConfigurationError('stand-ins are for a development home: configure destinations instead');
}

async function startWith(options: HomeOptions, standIns: RunningStandIns | undefined): Promise<Home> {
  const {
    host = '127.0.0.1',
    port = 4100,
    dataDir = './data',
    now = Date.now,
    random = Math.random,
    log = logToStderr,
  } = options;
  const trust = trustOf(options);
  const limits = { ...LIMITS, ...options.limits };
  const faults = makeFaultSwitch(
    trust.kind === 'development' || options.faults !== undefined,
    options.faults,
  );
  const health = makeHealth(now);
  const destinations = [...(options.destinations ?? []), ...(standIns?.destinations ?? [])];
  const store = openStore({
    dataDir,
    now,
    topology: topologyWith(destinations, options.alertRules !== undefined),
    report: (trouble) => log('error', 'the store is in trouble', { trouble }),
    ...(options.synchronous && { synchronous: options.synchronous }),
    ...(options.retention && { retention: options.retention }),
  });
  try {
    const issuer = trust.kind === 'development' ? await openDevelopmentIssuer(dataDir) : undefined;
    const server = makeServer();
    await listen(server, port, host);
    return compose(server, issuer);
  } catch (error) {
    await store.close();
    throw error;
  }

  /** Nothing in here waits: a request that comes while it runs finds everything in its place. */
  function compose(
    server: Server,
    issuer: Awaited<ReturnType<typeof openDevelopmentIssuer>> | undefined,
  ): Home {
    const address = server.address() as AddressInfo;
    const url = `http://${urlHost(address)}:${address.port}`;
    const publicUrl = (options.publicUrl ?? url).replace(/\/$/, '');
    const streamUrl = `${publicUrl.replace(/^http/, 'ws')}/stream`;
    const issuerUrl = `${url}/dev`;
    const { allowedOrigins = [], environment } = options;

    const gateway = makeGateway({ limits, now, log, ...GATEWAY_CUTS, ...options.gateway });
    const publish = makePublish(store);
    const record = makeDeliveriesRecord(now());
    const breakers = new Map(destinations.map(({ name }) => [name, makeBreaker({ now, random })]));
    const { accounts, deadLetters, replays, countQueue } = store;
    const figures = makeDeliveryFigures({ destinations, breakers, record, countQueue, now });
    const alerting = startAlerting({
      store,
      book: options.alertRules ?? NO_RULES,
      destinations,
      figures,
      publish,
      now,
      random,
      log,
      dashboardUrl: publicUrl,
    });
    const stream = makeStream({
      subscriptions: store.subscriptions,
      trail: store.trail,
      gateway: withFaults(gateway, faults, random),
      publish,
      verifyToken: tokenVerifier(trust, { issuerUrl, issuer, now, limits, fetch: options.fetch }),
      operations: {
        accounts,
        deadLetters,
        replays,
        deliveries: figures,
        alerts: {
          records: store.alertStore.records,
          silences: store.alertStore.silences,
          act: alerting.detector.act,
        },
        ...(standIns && { standIns }),
      },
      origins: trust.kind === 'development' ? 'any' : [new URL(publicUrl).origin, ...allowedOrigins],
      limits,
      now,
      log,
      ...(environment !== undefined && { environment }),
    });
    store.onDirect(
      TOPOLOGY.broadcast.name,
      faultyDelivery((event, acceptedAtMs) => void stream.broadcast(event, acceptedAtMs), faults, random),
    );
    store.consume(TOPOLOGY.record.name, faultyConsumer(stream.record, faults, random));
    if (options.alertRules)
      store.consume(TOPOLOGY.detect.name, faultyConsumer(alerting.detector.consume, faults, random));
    for (const [name, deliver] of deliveries(destinations, {
      now,
      random,
      log,
      alertMemory: store.alertMemory,
      ...(standIns && { readSecret: standIns.readSecret(readHere()), credentials: standIns.credentials }),
      breakers,
      record,
    }))
      store.consume(name, faultyConsumer(deliver, faults, random));

    const ownEvents = makeSystemEvents({
      publish,
      now,
      log,
      perMinute: limits.systemEventsPerMinute,
      ...(environment !== undefined && { environment }),
    });
    const door = makeDoor({
      accept: health.watch(store.accept),
      onForbidden: ({ producer, code, source, tenantId }) =>
        ownEvents.report({
          action: 'producer.refused',
          cause: producer,
          subject: producer,
          reason: { code },
          metadata: { ...(source !== undefined && { source }), ...(tenantId !== undefined && { tenantId }) },
        }),
    });
    const routes = {
      ...homeRoutes({
        door: doorRoutes({
          door,
          producers: trust.kind === 'development' ? 'any' : trust.producers,
          now,
          onStranger: (code, sourceIp) =>
            ownEvents.report({
              action: 'producer.refused',
              cause: 'strangers',
              reason: { code },
              sourceIp,
            }),
        }),
        trust,
        publicUrl: options.publicUrl,
        allowedOrigins,
        health: () => ({ ...health.state(), connections: gateway.size }),
      }),
      ...(options.pagerdutyWebhook &&
        pagerdutyRoutes({
          settings: options.pagerdutyWebhook,
          act: alerting.detector.act,
          systemEvents: ownEvents,
          fetch: options.fetch,
          log,
        })),
      ...(issuer && developmentRoutes({ issuerUrl, issuer, tenants: () => store.tenants(), faults, now })),
    };
    const guard = makeGuard({
      development: trust.kind === 'development',
      allowedOrigins,
      signedPaths: [PAGERDUTY_PATH],
    });
    const page = makePage(options.pageDir ?? PAGE_DIR, streamUrl);
    server.on('request', makeRequestListener({ routes, page, guard, log }));
    server.on(
      'upgrade',
      (request, socket, head) => void gateway.upgrade(request, socket, head, { stream, guard }),
    );

    let closing: Promise<void> | undefined;
    const close = async () => {
      const ended = once(server, 'close');
      server.close();
      await gateway.shutdown();
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), LAST_REQUESTS_MS);
      await ended;
      clearTimeout(cut);
      await Promise.all([stream.settled(), ownEvents.settled(), alerting.stop()]);
      // What a stand-in leaves without an answer must not hold up the end: it stays in its queue.
      await Promise.all([standIns?.close(), store.close()]);
    };
    return {
      url,
      streamUrl,
      port: address.port,
      faults,
      store,
      publish,
      destinations,
      close: () => (closing ??= close()),
    };
  }
}

/** How long requests under way may take once the home closes. */
const LAST_REQUESTS_MS = 3_000;

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen({ port, host, backlog: 4096 });
  await once(server, 'listening');
}

/** An address that a person can open: `0.0.0.0` is none. */
function urlHost({ address, family }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1';
  return family === 'IPv6' ? `[${address}]` : address;
}

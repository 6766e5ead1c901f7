/** The WebSocket gateway on `ws`, with API Gateway's manners: cuts, 410, 429, 1009, subprotocol echo.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { encode, utf8Bytes } from '../../domain/protocol/encode.ts';
import { ERRORS, MAX_FRAME_BYTES, MAX_MESSAGE_BYTES, SUBPROTOCOL } from '../../domain/protocol/messages.ts';
import type { Limits } from '../../stream/limits.ts';
import { causeOf, type Log } from '../../stream/log.ts';
import type { Stream } from '../../stream/make-stream.ts';
import type { Gateway } from '../../stream/ports.ts';
import type { GatewayCuts } from '../home-options.ts';
import { type Answer, json } from '../http/answer.ts';
import { makeFrameMeter } from './frame-meter.ts';
import { connectRequest, handshakeFault, refuseUpgrade } from './handshake.ts';
import { listenTo } from './listen-to.ts';

export interface GatewayOptions extends GatewayCuts {
  readonly limits: Limits;
  readonly now: () => number;
  readonly log: Log;
}

/** What a connection leads to, and who may not even ask for one. */
export interface Behind {
  readonly stream: Pick<Stream, 'connect' | 'receive' | 'disconnected'>;
  readonly guard: (request: IncomingMessage) => Answer | undefined;
}

export interface LocalGateway extends Gateway {
  /** Takes an HTTP upgrade. Never rejects. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, behind: Behind): Promise<void>;
  /** Drops the socket without a word, as a broken network does. */
  cut(connectionId: string): void;
  /** Says goodbye to everybody and closes. */
  shutdown(): Promise<void>;
  readonly size: number;
}

interface Peer {
  readonly socket: WebSocket;
  readonly cutAtMs: number;
  lastUsedMs: number;
  answeredPing: boolean;
  warned: boolean;
  /** Resolves when the connection's rows are gone. */
  ended?: Promise<void>;
}

/** Bytes that may wait for a slow viewer before its pushes are answered 429. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
/** How often idle and old connections are looked for. */
const PATROL_MS = 1_000;
/** A peer that leaves a ping unanswered for so long is gone: a disconnect that nobody announced is found by it. */
const PING_EVERY_MS = 20_000;
/** How long viewers have to answer the goodbye. */
const GOODBYE_MS = 1_000;

export function makeGateway({ limits, now, log, idleMs, goawayMs }: GatewayOptions): LocalGateway {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: () => SUBPROTOCOL,
  });
  const peers = new Map<string, Peer>();
  const opening = new Set<Duplex>();
  let closed = false;
  const patrol = setInterval(() => patrolAt(now()), Math.min(PATROL_MS, idleMs / 2, goawayMs / 2));
  const pings = setInterval(pingAll, PING_EVERY_MS);
  patrol.unref();
  pings.unref();

  return {
    async send(connectionId, message) {
      const peer = peers.get(connectionId);
      if (peer?.socket.readyState !== WebSocket.OPEN) return 'gone';
      if (peer.socket.bufferedAmount > MAX_BUFFERED_BYTES) return 'throttled';
      if (message.length * 3 > MAX_MESSAGE_BYTES && utf8Bytes(message) > MAX_MESSAGE_BYTES)
        return 'too_large';
      peer.lastUsedMs = now();
      peer.socket.send(message);
      return 'sent';
    },
    async close(connectionId, code, reason) {
      peers.get(connectionId)?.socket.close(code, reason);
    },
    cut: (connectionId) => peers.get(connectionId)?.socket.terminate(),
    async upgrade(request, socket, head, behind) {
      socket.on('error', () => socket.destroy());
      opening.add(socket);
      try {
        await open(request, socket, head, behind);
      } catch (error) {
        log('error', 'a connection could not be opened', { cause: causeOf(error) });
        refuseUpgrade(socket, json(500, { message: 'the server could not do this; its log says why' }));
      } finally {
        opening.delete(socket);
      }
    },
    async shutdown() {
      closed = true;
      clearInterval(patrol);
      clearInterval(pings);
      for (const socket of opening) socket.destroy();
      const leaving = [...peers.values()];
      for (const { socket } of leaving) {
        socket.send(encode({ v: 1, type: 'goaway', reason: 'the server is shutting down', deadlineMs: 0 }));
        socket.close(ERRORS.shutdown, 'shutdown');
      }
      const late = setTimeout(() => {
        for (const { socket } of leaving) socket.terminate();
      }, GOODBYE_MS);
      await Promise.all(
        leaving.map(
          ({ socket }) =>
            socket.readyState === WebSocket.CLOSED || new Promise((resolve) => socket.once('close', resolve)),
        ),
      );
      clearTimeout(late);
      await Promise.all(leaving.map(({ ended }) => ended));
      server.close();
    },
    get size() {
      return peers.size;
    },
  };

  async function open(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    { stream, guard }: Behind,
  ): Promise<void> {
    const fault = guard(request) ?? handshakeFault(request);
    if (fault) return refuseUpgrade(socket, fault);
    const connectionId = randomUUID();
    const answer = await stream.connect(connectRequest(connectionId, request));
    if (answer.kind === 'refused')
      return refuseUpgrade(socket, json(answer.status, { message: answer.reason }));
    if (socket.destroyed || closed) {
      socket.destroy();
      return stream.disconnected(connectionId);
    }
    const meter = makeFrameMeter(MAX_FRAME_BYTES);
    let ws: WebSocket | undefined;
    // Before `ws` reads: a frame that API Gateway would not take closes the connection as it would there.
    const watch = (chunk: Uint8Array) => meter(chunk) && ws?.close(1009, 'frame too large');
    server.handleUpgrade(request, socket, head, (opened) => {
      ws = opened;
      admit(connectionId, opened, stream);
      if (head.length > 0) watch(head);
      socket.prependListener('data', watch);
    });
  }

  function admit(connectionId: string, socket: WebSocket, stream: Behind['stream']): void {
    const nowMs = now();
    const peer: Peer = {
      socket,
      cutAtMs: nowMs + limits.maxConnectionMs,
      lastUsedMs: nowMs,
      answeredPing: true,
      warned: false,
    };
    peers.set(connectionId, peer);
    socket.on('pong', () => {
      peer.answeredPing = true;
    });
    const listening = listenTo(socket, {
      receive: (text) => stream.receive(connectionId, text),
      onUse: () => {
        peer.lastUsedMs = now();
      },
      messagesPerSecond: limits.messagesPerSecond,
      maxBufferedBytes: MAX_BUFFERED_BYTES,
      now,
    });
    socket.on('close', () => {
      peers.delete(connectionId);
      peer.ended = listening
        .ended()
        .then(() => stream.disconnected(connectionId))
        .catch((error) => log('error', 'a connection was not deleted', { cause: causeOf(error) }));
    });
  }

  function patrolAt(nowMs: number): void {
    for (const peer of peers.values()) {
      if (nowMs >= peer.cutAtMs || nowMs - peer.lastUsedMs >= idleMs) peer.socket.close(1001, 'Going away');
      else if (nowMs >= peer.cutAtMs - goawayMs && !peer.warned) {
        peer.warned = true;
        const reason = 'a connection lasts two hours at most';
        peer.socket.send(encode({ v: 1, type: 'goaway', reason, deadlineMs: peer.cutAtMs - nowMs }));
      }
    }
  }

  function pingAll(): void {
    for (const peer of peers.values()) {
      if (!peer.answeredPing) peer.socket.terminate();
      peer.answeredPing = false;
      peer.socket.ping();
    }
  }
}

/** One connection to a peer: one request at a time, answered, or not and then never used again. */
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import {
  type ConnectionOptions,
  connect as connectTls,
  createSecureContext,
  type SecureContext,
} from 'node:tls';
import { type HttpAnswer, makeResponseReader } from './response-reader.ts';

export interface LineEvents {
  /** Connected, and free for its first request. */
  open(): void;
  /** Whole; the line is free again unless the answer is its last. */
  answer(answer: HttpAnswer): void;
  /** Once, at its end, whoever ended it. */
  end(reason: string): void;
}

export interface Line {
  /** Head and body, one character a byte. */
  send(request: string): void;
  drop(reason: string): void;
  /** Whether a byte of the answer in hand has come. */
  readonly hasBegun: boolean;
}

/** Opens lines to one origin; TLS is resumed from line to line. */
export function makeLines(origin: URL, options: { readonly ca?: string } = {}): (events: LineEvents) => Line {
  const isTls = origin.protocol === 'https:';
  const host = origin.hostname.replace(/^\[|\]$/g, '');
  const port = Number(origin.port || (isTls ? 443 : 80));
  let secureContext: SecureContext | undefined;
  let session: Buffer | undefined;

  return (events) => {
    const reader = makeResponseReader();
    let isOver = false;
    const finish = (reason: string) => {
      if (isOver) return;
      isOver = true;
      socket.destroy();
      events.end(reason);
    };
    const answered = (answer: HttpAnswer) => {
      events.answer(answer);
      if (answer.isLast) finish('the peer closes after each answer');
    };
    /** Bytes land in memory that all lines share: they are read before the next ones come. */
    const onread = {
      buffer: READ_BUFFER,
      callback: (size: number) => {
        if (isOver) return false;
        try {
          const answer = reader.take(READ_BUFFER.subarray(0, size));
          if (answer) answered(answer);
        } catch (error) {
          finish((error as Error).message);
        }
        return true;
      },
    };
    const opened = () => {
      if (!isOver) events.open();
    };
    const socket: Socket = isTls ? openTls() : connectPlain({ host, port, noDelay: true, onread }, opened);
    // A request's deadline keeps the process alive, an idle line does not.
    socket.unref();
    socket.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
    socket.on('end', () => {
      const answer = reader.end();
      if (answer) answered(answer);
      finish('closed by the peer');
    });
    socket.on('close', () => finish('closed'));
    return {
      get hasBegun() {
        return reader.hasBegun;
      },
      send: (request) => socket.write(request, 'latin1'),
      drop: finish,
    };

    function openTls(): Socket {
      secureContext ??= createSecureContext(options.ca === undefined ? {} : { ca: options.ca });
      const settings: ConnectionOptions & { onread: typeof onread } = {
        host,
        port,
        ALPNProtocols: ['http/1.1'],
        secureContext,
        onread,
        ...(isIP(host) ? {} : { servername: host }),
        ...(session ? { session } : {}),
      };
      const tls = connectTls(settings, opened);
      tls.setNoDelay(true);
      tls.on('session', (ticket) => {
        session = ticket;
      });
      return tls;
    }
  };
}

const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

import { ensure, ImagoError } from '../../core/errors.ts';

/** Where a Redis is, with what it is to be asked by. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  readonly isEncrypted: boolean;
  /** For people: without user and password. */
  readonly shown: string;
}

const FORM = 'redis must be a URL such as redis://host:6379 or rediss://user:password@host:6379/0';

/** The parts of a URL of Redis. Throws `invalid-argument`; its message never has the user or the password. */
export function redisAddress(url: unknown): RedisAddress {
  const said = typeof url === 'string' ? withoutSecrets(url) : String(url);
  ensure(typeof url === 'string' && URL.canParse(url), 'invalid-argument', `${FORM}, got '${said}'`);
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(url);
  ensure(['redis:', 'rediss:'].includes(protocol) && hostname !== '', 'invalid-argument', `${FORM}, got '${said}'`);
  // A password with such a sign in it would end there, and be taken for the port.
  ensure(
    search === '' && hash === '',
    'invalid-argument',
    `${FORM}: a ? in the user or the password is written %3F, a # %23, and nothing follows the number of the database`,
  );
  const db = pathname.replace(/^\//, '');
  ensure(/^\d{0,9}$/.test(db), 'invalid-argument', `${FORM}: what follows the port is the number of a database`);
  const shownPort = port === '' ? 6379 : Number(port);
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: shownPort,
    ...(username !== '' && { username: decoded(username) }),
    ...(password !== '' && { password: decoded(password) }),
    db: Number(db),
    isEncrypted: protocol === 'rediss:',
    shown: `${protocol}//${hostname}:${shownPort}${Number(db) > 0 ? `/${Number(db)}` : ''}`,
  };
}

/** What stands before an @ is never shown, whatever the text is; nor what follows a question mark. */
function withoutSecrets(url: string): string {
  return url.replace(/^([a-z]+:\/\/)?.*@/is, '$1').replace(/\?.*$/s, '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause;
    throw new ImagoError(
      'invalid-argument',
      'redis: a % in the user or the password of a URL is written %25, and other signs as encodeURIComponent() writes them',
    );
  }
}

/** Who is looking: picks a tenant and role at a development home, or takes a token elsewhere. */
import { useEffect, useState } from 'preact/hooks';
import {
  bringToken,
  type DevelopmentRole,
  developmentSession,
  knownTenants,
  type PageConfig,
  type Session,
  servedSession,
} from './session/session.ts';

interface Props {
  readonly config: PageConfig;
  readonly onSession: (session: Session) => void;
}

export function SignIn({ config, onSession }: Props) {
  return (
    <main class="centered">
      <div class="card">
        <h1>
          <img src="/icon.svg" alt="" width="28" height="28" /> Audit Stream
        </h1>
        <HowToSignIn config={config} onSession={onSession} />
      </div>
    </main>
  );
}

function HowToSignIn({ config, onSession }: Props) {
  const { development, tokenRoute, tenant } = config;
  if (development) return <DevelopmentSignIn onSession={onSession} />;
  if (tokenRoute === undefined) return <TokenSignIn config={config} onSession={onSession} />;
  return (
    <>
      <p>Tokens come from the command that this page was started with.</p>
      <button type="button" class="primary" onClick={() => onSession(servedSession(tokenRoute, tenant))}>
        Watch
      </button>
    </>
  );
}

const ROLES: readonly { readonly role: DevelopmentRole; readonly says: string }[] = [
  { role: 'viewer', says: 'sees the tenant’s events' },
  { role: 'operator', says: 'also deliveries, dead letters and the books' },
  { role: 'auditor', says: 'also the books, and the system’s own events' },
];

function DevelopmentSignIn({ onSession }: Pick<Props, 'onSession'>) {
  const [tenants, setTenants] = useState<readonly string[]>([]);
  const [tenant, setTenant] = useState('');
  const [role, setRole] = useState<DevelopmentRole>('operator');
  useEffect(() => {
    knownTenants().then((known) => {
      setTenants(known);
      setTenant((chosen) => chosen || (known[0] ?? ''));
    });
  }, []);
  const enter = (event: Event) => {
    event.preventDefault();
    if (!tenant.trim()) return;
    const query = new URLSearchParams(location.search);
    query.set('tenant', tenant.trim());
    history.replaceState(null, '', `?${query}`);
    onSession(developmentSession(tenant.trim(), role === 'viewer' ? ['viewer'] : ['viewer', role]));
  };
  return (
    <form onSubmit={enter}>
      <p>This home runs on your machine and trusts it. Whose events do you want to watch?</p>
      <label>
        Tenant
        <input
          list="tenants"
          required
          value={tenant}
          onInput={(event) => setTenant(event.currentTarget.value)}
          placeholder="acme"
        />
      </label>
      <datalist id="tenants">
        {tenants.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <fieldset>
        <legend>Role</legend>
        {ROLES.map(({ role: name, says }) => (
          <label key={name} class="choice">
            <input type="radio" name="role" checked={role === name} onChange={() => setRole(name)} /> {name}{' '}
            <small>{says}</small>
          </label>
        ))}
      </fieldset>
      <button type="submit" class="primary">
        Watch
      </button>
    </form>
  );
}

function TokenSignIn({ config, onSession }: Props) {
  const [token, setToken] = useState('');
  const enter = (event: Event) => {
    event.preventDefault();
    if (token.trim()) onSession(bringToken(token));
  };
  return (
    <form onSubmit={enter}>
      <p>
        Bring a token of <code>{config.issuer ?? 'your issuer'}</code>. It stays in this browser tab and goes
        to this server only.
      </p>
      <label>
        Token (JWT)
        <textarea
          rows={5}
          required
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
          spellcheck={false}
        />
      </label>
      <button type="submit" class="primary">
        Watch
      </button>
    </form>
  );
}

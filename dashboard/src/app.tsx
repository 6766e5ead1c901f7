/** The page: asks who is looking, then shows what that person may see. */
import { useEffect, useState } from 'preact/hooks';
import { Page } from './page.tsx';
import {
  broughtSession,
  developmentSession,
  loadConfig,
  type PageConfig,
  type Session,
  servedSession,
} from './session/session.ts';
import { SignIn } from './sign-in.tsx';

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'out'; readonly config: PageConfig }
  | { readonly kind: 'in'; readonly config: PageConfig; readonly session: Session };

export function App() {
  const [state, setState] = useState<State>({ kind: 'loading' });
  const start = () => {
    setState({ kind: 'loading' });
    loadConfig().then(
      (config) => setState(begin(config)),
      (error: Error) => setState({ kind: 'failed', message: error.message }),
    );
  };
  useEffect(start, []);

  switch (state.kind) {
    case 'loading':
      return <main class="centered">Loading…</main>;
    case 'failed':
      return (
        <main class="centered">
          <h1>The server does not answer</h1>
          <p>
            {state.message}. Check that it runs (<code>npm start</code>), then try again.
          </p>
          <button type="button" class="primary" onClick={start}>
            Try again
          </button>
        </main>
      );
    case 'out':
      return (
        <SignIn
          config={state.config}
          onSession={(session) => setState({ kind: 'in', config: state.config, session })}
        />
      );
    case 'in':
      return (
        <Page
          config={state.config}
          session={state.session}
          onSignOut={() => setState({ kind: 'out', config: state.config })}
        />
      );
  }
}

/** A link that names its tenant opens at once where tokens are free; a page that brings its tokens along always does. */
function begin(config: PageConfig): State {
  if (config.tokenRoute !== undefined)
    return { kind: 'in', config, session: servedSession(config.tokenRoute, config.tenant) };
  const tenant = new URLSearchParams(location.search).get('tenant');
  if (config.development && tenant)
    return { kind: 'in', config, session: developmentSession(tenant, ['viewer', 'operator']) };
  const brought = config.development ? undefined : broughtSession();
  return brought ? { kind: 'in', config, session: brought } : { kind: 'out', config };
}

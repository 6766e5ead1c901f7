/** The page of somebody who is signed in: one connection, and the part that is looked at. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { AlertCount } from './alerts/alert-count.tsx';
import { AlertStrip } from './alerts/alert-strip.tsx';
import { refusalFor } from './alerts/refusal.ts';
import { SoundToggle } from './alerts/sound-toggle.tsx';
import { useAlertEars } from './alerts/use-alert-ears.ts';
import { type Choice, type FilterState, toggle } from './filter/filter-state.ts';
import { fromQuery, toQuery } from './filter/filter-url.ts';
import { LivePage } from './live-page.tsx';
import { Live } from './session/live.ts';
import { forgetToken, type PageConfig, type Session } from './session/session.ts';
import { loadTabs, type Tab } from './session/tab.ts';
import { AccountsPanel } from './view/accounts-panel.tsx';
import { Help } from './view/help.tsx';
import { TopBar } from './view/top-bar.tsx';
import { useKeys } from './view/use-keys.ts';
import { queryOf, VIEWS, VIEWS_OF_ALL, type View, type ViewName, viewIn, viewNamed } from './view/views.ts';
import { ViewsNav } from './view/views-nav.tsx';
import { AlertsPart, OperatorPart, type PartProps, Silencing } from './view-part.tsx';

interface Props {
  readonly config: PageConfig;
  readonly session: Session;
  readonly onSignOut: () => void;
}

export function Page({ config, session, onSignOut }: Props) {
  const { live, tabs, active } = useLive(config, session);
  const [view, setView] = useState<View>(() => viewIn(new URLSearchParams(location.search)));
  const [open, setOpen] = useState<'help' | 'accounts'>();
  const [silencing, setSilencing] = useState<Alert>();
  const { said, sound } = useAlertEars(live.alerts);
  const tab = active.value;
  // The server's welcome comes with it.
  void live.status.value;
  const { me } = live.client;
  const tenant = me?.tenantId ?? session.tenant;
  const isOperator = me?.roles.includes('operator') ?? false;
  const views = isOperator ? VIEWS : VIEWS_OF_ALL;
  const refusal = refusalFor(me?.roles);
  const shut = () => setOpen(undefined);
  const addressOf = (of: View) => {
    const query = of.kind === 'live' ? toQuery(tab.filter.value) : queryOf(of);
    if (tenant !== undefined) query.set('tenant', tenant);
    return `?${query}`;
  };
  const show = (next: View) => {
    if (next.kind !== view.kind) history.pushState(null, '', addressOf(next));
    setView(next);
  };
  const pick = (name: ViewName) => {
    if (name !== view.kind) show(viewNamed(name));
  };
  const signOut = () => {
    live.end();
    forgetToken();
    history.replaceState(null, '', location.pathname);
    onSignOut();
  };

  useEffect(() => history.replaceState(null, '', addressOf(view)), [tab.filter.value, tenant, view]);
  useEffect(() => {
    const onBack = () => setView(viewIn(new URLSearchParams(location.search)));
    addEventListener('popstate', onBack);
    return () => removeEventListener('popstate', onBack);
  }, []);
  useKeys(Object.fromEntries(views.map((name, i) => [String(i + 1), () => pick(name)])));
  const alertsView = (alert?: string): View => ({
    kind: 'alerts',
    choice: alert === undefined ? { state: 'open' } : { alert },
  });
  const partProps: PartProps = {
    live,
    tab,
    hrefOf: addressOf,
    onView: show,
    onHelp: () => setOpen('help'),
    onFilter: (choice: Choice) => {
      tab.filter.value = toggle(tab.filter.value, choice);
      pick('live');
    },
    onShow: (filter: FilterState) => {
      tab.filter.value = filter;
      pick('live');
    },
  };

  return (
    <div class={tab.paused.value && view.kind === 'live' ? 'page paused' : 'page'}>
      <TopBar
        live={live}
        completeMs={view.kind === 'live' ? tab.completeMs.value : undefined}
        sound={<SoundToggle sound={sound} />}
        onAccounts={() => setOpen('accounts')}
        onHelp={() => setOpen('help')}
        onSignOut={signOut}
      >
        <ViewsNav
          views={views}
          current={view.kind}
          alertCount={<AlertCount watch={live.alerts} />}
          hrefOf={(name) => addressOf(viewNamed(name))}
          onPick={pick}
        />
      </TopBar>
      <p class="hidden" role="status" aria-label="New alerts">
        {said.value}
      </p>
      {view.kind === 'live' && (
        <>
          <AlertStrip
            watch={live.alerts}
            refusal={refusal}
            hrefOf={(alert) => addressOf(alertsView(alert))}
            onOpen={(alert) => show(alertsView(alert))}
            onSilence={setSilencing}
          />
          <LivePage
            live={live}
            tabs={tabs}
            active={active}
            tenant={tenant}
            development={config.development}
            onHelp={() => setOpen('help')}
            onSignOut={signOut}
          />
        </>
      )}
      {view.kind === 'alerts' && (
        <AlertsPart {...partProps} view={view} refusal={refusal} onSilence={setSilencing} />
      )}
      {(view.kind === 'deliveries' || view.kind === 'dead-letters') && (
        <OperatorPart {...partProps} view={view} />
      )}
      {silencing && <Silencing alert={silencing} live={live} onClose={() => setSilencing(undefined)} />}
      {open === 'help' && <Help isOperator={isOperator} onClose={shut} />}
      {open === 'accounts' && <AccountsPanel load={() => live.client.act('accounts')} onClose={shut} />}
    </div>
  );
}

function useLive(
  config: PageConfig,
  session: Session,
): { live: Live; tabs: Signal<readonly Tab[]>; active: Signal<Tab> } {
  const first = useMemo(() => {
    const loaded = loadTabs();
    const [live] = loaded;
    const query = new URLSearchParams(location.search);
    // The other views have parameters of the same names.
    if (live && viewIn(query).kind === 'live') live.filter.value = fromQuery(query);
    return loaded;
  }, []);
  const tabs = useSignal<readonly Tab[]>(first);
  const active = useSignal<Tab>(first[0] as Tab);
  const live = useMemo(() => new Live(config, session, first, active), []);
  useEffect(() => () => live.end(), [live]);
  return { live, tabs, active };
}

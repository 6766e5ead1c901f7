/** The live view: everything that a signed-in viewer sees. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Drawer } from './detail/drawer.tsx';
import { FilterBar } from './filter/filter-bar.tsx';
import { isEmpty, NO_FILTER, toggle } from './filter/filter-state.ts';
import { fromQuery, toQuery } from './filter/filter-url.ts';
import { Plots } from './plots/plots.tsx';
import { toCsv, toNdjson } from './rows/download.ts';
import type { EventRow } from './rows/row.ts';
import { Live } from './session/live.ts';
import { forgetToken, type PageConfig, type Session } from './session/session.ts';
import { StatusLine } from './session/status-line.tsx';
import { loadTabs, saveTabs, Tab } from './session/tab.ts';
import { TabsBar } from './session/tabs-bar.tsx';
import { EventTable } from './table/event-table.tsx';
import { type OpenedMenu, type OpenMenu, ValueMenu } from './table/value-menu.tsx';
import { AccountsPanel } from './view/accounts-panel.tsx';
import { ColumnsMenu } from './view/columns-menu.tsx';
import { Empty } from './view/empty.tsx';
import { Help } from './view/help.tsx';
import { saveFile } from './view/save-file.ts';
import { shownColumns } from './view/settings.ts';
import { useKeys } from './view/use-keys.ts';

interface Props {
  readonly config: PageConfig;
  readonly session: Session;
  readonly onSignOut: () => void;
}

type Open = 'help' | 'accounts' | undefined;

export function LivePage({ config, session, onSignOut }: Props) {
  const { live, tabs, active } = useLive(config, session);
  const selected = useSignal<string | undefined>(undefined);
  const drawerOpen = useSignal(false);
  const [menu, setMenu] = useState<OpenedMenu>();
  const [open, setOpen] = useState<Open>();
  const tab = active.value;
  void tab.version.value;
  const rows = tab.rows.rows;
  const events = () => tab.rows.rows.filter((row): row is EventRow => row.kind === 'event');
  const selectedRow = rows.find((row): row is EventRow => row.kind === 'event' && row.id === selected.value);
  const { me } = live.client;

  const pick = (next: Tab) => {
    active.value = next;
    next.unseen.value = 0;
    selected.value = undefined;
    drawerOpen.value = false;
  };
  const turnPause = () => {
    if (tab.paused.value) live.resume(tab);
    else tab.paused.value = true;
  };
  const openMenu: OpenMenu = (event, value) => {
    event.stopPropagation();
    setMenu({ ...value, xPx: event.clientX, yPx: event.clientY });
  };
  const saveTab = () => {
    const name = prompt('Name of the tab', nameFor(tab))?.trim();
    if (!name) return;
    const saved = new Tab(crypto.randomUUID(), name.slice(0, 40), tab.filter.value);
    tabs.value = [...tabs.value, saved];
    live.open(saved);
    tab.filter.value = NO_FILTER;
    pick(saved);
  };
  const removeTab = (gone: Tab) => {
    tabs.value = tabs.value.filter((other) => other !== gone);
    pick(tabs.value[0] as Tab);
    void live.close(gone);
  };
  const signOut = () => {
    live.end();
    forgetToken();
    history.replaceState(null, '', location.pathname);
    onSignOut();
  };
  useKeys({
    ' ': turnPause,
    '/': () => document.querySelector<HTMLInputElement>('[data-first]')?.focus(),
    '?': () => setOpen('help'),
    Escape: () => {
      setMenu(undefined);
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
      else drawerOpen.value = false;
    },
    ArrowDown: () => document.querySelector<HTMLElement>('[role="grid"]')?.focus(),
  });
  useEffect(() => saveTabs(tabs.value), [tabs.value, tab.filter.value]);
  useEffect(() => {
    const query = toQuery(tab.filter.value);
    if (me?.tenantId ?? session.tenant) query.set('tenant', me?.tenantId ?? session.tenant ?? '');
    history.replaceState(null, '', `?${query}`);
  }, [tab.filter.value, me?.tenantId]);

  return (
    <div class={drawerOpen.value && selectedRow ? 'page with-drawer' : 'page'}>
      <header class="top">
        <h1>
          <img src="/icon.svg" alt="" width="20" height="20" /> Audit Stream
        </h1>
        <StatusLine status={live.status.value} completeMs={tab.completeMs.value} />
        <Plots measure={live.measure} />
        <div class="who">
          {me && <span title={`${me.subject}, ${me.roles.join(', ')}`}>{me.tenantId}</span>}
          {me?.roles.some((role) => role !== 'viewer') && (
            <button type="button" class="quiet" onClick={() => setOpen('accounts')}>
              Books
            </button>
          )}
          <button type="button" class="quiet" aria-label="Keys and help" onClick={() => setOpen('help')}>
            ?
          </button>
          <button type="button" class="quiet" onClick={signOut}>
            Sign out
          </button>
        </div>
      </header>
      <nav class="bar" aria-label="Views and tools">
        <TabsBar tabs={tabs.value} active={tab} onPick={pick} onSave={saveTab} onClose={removeTab} />
        <div class="tools">
          <span class="count">
            {rows.length.toLocaleString()} rows{tab.rows.dropped > 0 && ', the newest'}
          </span>
          <button
            type="button"
            class={tab.paused.value ? 'primary' : ''}
            aria-pressed={tab.paused.value}
            onClick={turnPause}
          >
            {tab.paused.value ? `Go on (${tab.rows.waiting.toLocaleString()} waiting)` : 'Pause'}
          </button>
          <ColumnsMenu />
          <details class="popover">
            <summary>Download</summary>
            <div class="popover-body">
              <button
                type="button"
                onClick={() =>
                  saveFile(
                    'audit-events.ndjson',
                    'application/x-ndjson',
                    toNdjson(events().map(({ event }) => event)),
                  )
                }
              >
                NDJSON, whole events
              </button>
              <button
                type="button"
                onClick={() =>
                  saveFile(
                    'audit-events.csv',
                    'text/csv',
                    toCsv(
                      events().map(({ event }) => event),
                      shownColumns(),
                    ),
                  )
                }
              >
                CSV, shown columns
              </button>
            </div>
          </details>
        </div>
      </nav>
      <FilterBar
        filter={tab.filter.value}
        problem={tab.problem.value}
        suggestions={live.suggestions}
        onChange={(filter) => {
          tab.filter.value = filter;
        }}
      />
      <main id="view">
        <div role="tabpanel" id="panel" aria-labelledby={`tab-${tab.id}`}>
          {rows.length === 0 && (
            <Empty
              status={live.status.value}
              filtered={!isEmpty(tab.filter.value)}
              onClear={() => {
                tab.filter.value = NO_FILTER;
              }}
            />
          )}
          <EventTable
            rows={rows}
            selectedId={selected.value}
            onSelect={(id) => {
              selected.value = id;
            }}
            onOpen={() => {
              drawerOpen.value = true;
            }}
            onMenu={openMenu}
          />
        </div>
      </main>
      {drawerOpen.value && selectedRow && (
        <Drawer
          row={selectedRow}
          rows={events()}
          whole={(id) => live.whole(id)}
          onSelect={(id) => {
            selected.value = id;
          }}
          onMenu={openMenu}
          onClose={() => {
            drawerOpen.value = false;
          }}
        />
      )}
      {menu && (
        <ValueMenu
          menu={menu}
          onChoose={(choice) => {
            tab.filter.value = toggle(tab.filter.value, choice);
          }}
          onClose={() => setMenu(undefined)}
        />
      )}
      {open === 'help' && <Help onClose={() => setOpen(undefined)} />}
      {open === 'accounts' && (
        <AccountsPanel load={() => live.client.act('accounts')} onClose={() => setOpen(undefined)} />
      )}
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
    if (live) live.filter.value = fromQuery(new URLSearchParams(location.search));
    return loaded;
  }, []);
  const tabs = useSignal<readonly Tab[]>(first);
  const active = useSignal<Tab>(first[0] as Tab);
  const live = useMemo(() => new Live(config, session, first, active), []);
  useEffect(() => () => live.end(), [live]);
  return { live, tabs, active };
}

function nameFor({ filter }: Tab): string {
  const { severities, outcomes, action, actor, target, choices } = filter.value;
  return [
    ...severities,
    ...outcomes,
    action,
    actor,
    target,
    ...choices.map(({ value, not }) => `${not ? 'not ' : ''}${value}`),
  ]
    .filter((part) => part !== '')
    .join(' ')
    .slice(0, 40);
}

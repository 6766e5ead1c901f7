/** The live view: everything that a signed-in viewer sees. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Drawer } from './detail/drawer.tsx';
import { FilterBar } from './filter/filter-bar.tsx';
import { isEmpty, NO_FILTER, nameOf, toggle } from './filter/filter-state.ts';
import { fromQuery, toQuery } from './filter/filter-url.ts';
import type { EventRow } from './rows/row.ts';
import { Live } from './session/live.ts';
import { NameTab } from './session/name-tab.tsx';
import { forgetToken, type PageConfig, type Session } from './session/session.ts';
import { loadTabs, saveTabs, Tab } from './session/tab.ts';
import { TabsBar } from './session/tabs-bar.tsx';
import { EventTable } from './table/event-table.tsx';
import { type OpenedMenu, type OpenMenu, ValueMenu } from './table/value-menu.tsx';
import { AccountsPanel } from './view/accounts-panel.tsx';
import { Empty } from './view/empty.tsx';
import { Help } from './view/help.tsx';
import { Tools } from './view/tools.tsx';
import { TopBar } from './view/top-bar.tsx';
import { useKeys } from './view/use-keys.ts';

interface Props {
  readonly config: PageConfig;
  readonly session: Session;
  readonly onSignOut: () => void;
}

type Open = 'help' | 'accounts' | 'save' | 'rename' | undefined;

export function LivePage({ config, session, onSignOut }: Props) {
  const { live, tabs, active } = useLive(config, session);
  const selectedId = useSignal<string | undefined>(undefined);
  const drawerOpen = useSignal(false);
  const [menu, setMenu] = useState<OpenedMenu>();
  const [open, setOpen] = useState<Open>();
  const tab = active.value;
  void tab.version.value;
  const { rows } = tab.rows;
  const selected = rows.find((row): row is EventRow => row.kind === 'event' && row.id === selectedId.value);
  const { me } = live.client;
  const tenant = me?.tenantId ?? session.tenant;
  const shut = () => setOpen(undefined);

  const pick = (next: Tab) => {
    active.value = next;
    next.unseen.value = 0;
    selectedId.value = undefined;
    drawerOpen.value = false;
  };
  const turnPause = () => {
    if (tab.paused.value) live.resume(tab);
    else tab.paused.value = true;
  };
  const openMenu: OpenMenu = (event, value) => {
    event.stopPropagation();
    const { left, bottom } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    setMenu({ ...value, xPx: event.clientX || left, yPx: event.clientY || bottom });
  };
  const saveAs = (name: string) => {
    const saved = new Tab(crypto.randomUUID(), name, tab.filter.value);
    tabs.value = [...tabs.value, saved];
    live.open(saved);
    tab.filter.value = NO_FILTER;
    pick(saved);
  };
  const remove = (gone: Tab) => {
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
  const showAll = () => {
    tab.filter.value = NO_FILTER;
  };
  const closeDrawer = () => {
    drawerOpen.value = false;
    focusTable();
  };

  useKeys({
    ' ': turnPause,
    '/': () => document.querySelector<HTMLInputElement>('[data-first]')?.focus(),
    '?': () => setOpen('help'),
    Escape: () => {
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
      else if (drawerOpen.value) closeDrawer();
      else selectedId.value = undefined;
    },
    ArrowDown: focusTable,
    ArrowUp: focusTable,
  });
  useEffect(() => saveTabs(tabs.value), [tabs.value, tab.filter.value, tab.name.value]);
  useEffect(() => {
    const query = toQuery(tab.filter.value);
    if (tenant !== undefined) query.set('tenant', tenant);
    history.replaceState(null, '', `?${query}`);
  }, [tab.filter.value, tenant]);

  return (
    <div class={tab.paused.value ? 'page paused' : 'page'}>
      <TopBar
        live={live}
        tab={tab}
        onAccounts={() => setOpen('accounts')}
        onHelp={() => setOpen('help')}
        onSignOut={signOut}
      />
      <nav class="bar" aria-label="Views and tools">
        <TabsBar
          tabs={tabs.value}
          active={tab}
          onPick={pick}
          onSave={() => setOpen('save')}
          onRename={() => setOpen('rename')}
          onClose={remove}
        />
        <Tools tab={tab} whole={(id) => live.whole(id)} onPause={turnPause} />
      </nav>
      <FilterBar
        key={tab.id}
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
              tenant={tenant}
              complete={tab.completeMs.value !== undefined}
              filtered={!isEmpty(tab.filter.value)}
              development={config.development}
              onClear={showAll}
              onSignOut={signOut}
            />
          )}
          <EventTable
            key={tab.id}
            rows={rows}
            selectedId={selectedId.value}
            onSelect={(id) => {
              selectedId.value = id;
            }}
            onOpen={() => {
              drawerOpen.value = true;
            }}
            onMenu={openMenu}
          />
        </div>
        {menu && (
          <ValueMenu
            menu={menu}
            onChoose={(choice) => {
              tab.filter.value = toggle(tab.filter.value, choice);
            }}
            onClose={() => setMenu(undefined)}
          />
        )}
      </main>
      {drawerOpen.value && selected && (
        <Drawer
          row={selected}
          rows={rows.filter((row): row is EventRow => row.kind === 'event')}
          whole={(id) => live.whole(id)}
          onSelect={(id) => {
            selectedId.value = id;
          }}
          onMenu={openMenu}
          onClose={closeDrawer}
        />
      )}
      {open === 'help' && <Help onClose={shut} />}
      {open === 'accounts' && <AccountsPanel load={() => live.client.act('accounts')} onClose={shut} />}
      {open === 'save' && <NameTab suggested={nameOf(tab.filter.value)} onName={saveAs} onClose={shut} />}
      {open === 'rename' && (
        <NameTab
          suggested={tab.name.value}
          onName={(name) => {
            tab.name.value = name;
          }}
          onClose={shut}
        />
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

const focusTable = () => document.querySelector<HTMLElement>('[role="grid"]')?.focus();

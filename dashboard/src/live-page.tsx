/** The live view: tabs, filter, table and detail. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { Drawer } from './detail/drawer.tsx';
import { FilterBar } from './filter/filter-bar.tsx';
import { isEmpty, NO_FILTER, nameOf, toggle } from './filter/filter-state.ts';
import type { EventRow } from './rows/row.ts';
import type { Live } from './session/live.ts';
import { NameTab } from './session/name-tab.tsx';
import { saveTabs, Tab } from './session/tab.ts';
import { TabsBar } from './session/tabs-bar.tsx';
import { EventTable } from './table/event-table.tsx';
import { type OpenedMenu, type OpenMenu, ValueMenu } from './table/value-menu.tsx';
import { Empty } from './view/empty.tsx';
import { Tools } from './view/tools.tsx';
import { useKeys } from './view/use-keys.ts';

interface Props {
  readonly live: Live;
  readonly tabs: Signal<readonly Tab[]>;
  readonly active: Signal<Tab>;
  readonly tenant: string | undefined;
  readonly development: boolean;
  readonly onHelp: () => void;
  readonly onSignOut: () => void;
}

export function LivePage({ live, tabs, active, tenant, development, onHelp, onSignOut }: Props) {
  const selectedId = useSignal<string | undefined>(undefined);
  const drawerOpen = useSignal(false);
  const [menu, setMenu] = useState<OpenedMenu>();
  const [naming, setNaming] = useState<'save' | 'rename'>();
  const tab = active.value;
  void tab.version.value;
  const { rows } = tab.rows;
  const selected = rows.find((row): row is EventRow => row.kind === 'event' && row.id === selectedId.value);
  const shut = () => setNaming(undefined);

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
    '?': onHelp,
    Escape: () => {
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
      else if (drawerOpen.value) closeDrawer();
      else selectedId.value = undefined;
    },
    ArrowDown: focusTable,
    ArrowUp: focusTable,
  });
  useEffect(() => saveTabs(tabs.value), [tabs.value, tab.filter.value, tab.name.value]);

  return (
    <>
      <nav class="bar" aria-label="Tabs and tools">
        <TabsBar
          tabs={tabs.value}
          active={tab}
          onPick={pick}
          onSave={() => setNaming('save')}
          onRename={() => setNaming('rename')}
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
              development={development}
              onClear={showAll}
              onSignOut={onSignOut}
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
      {naming === 'save' && <NameTab suggested={nameOf(tab.filter.value)} onName={saveAs} onClose={shut} />}
      {naming === 'rename' && (
        <NameTab
          suggested={tab.name.value}
          onName={(name) => {
            tab.name.value = name;
          }}
          onClose={shut}
        />
      )}
    </>
  );
}

const focusTable = () => document.querySelector<HTMLElement>('[role="grid"]')?.focus();

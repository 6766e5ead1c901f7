/** The tabs: the live view and the filters that were saved, each with what was not seen yet. */

import { isEmpty } from '../filter/filter-state.ts';
import type { Tab } from './tab.ts';

interface Props {
  readonly tabs: readonly Tab[];
  readonly active: Tab;
  readonly onPick: (tab: Tab) => void;
  readonly onSave: () => void;
  readonly onRename: () => void;
  readonly onClose: (tab: Tab) => void;
}

export function TabsBar({ tabs, active, onPick, onSave, onRename, onClose }: Props) {
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const next = tabs[(tabs.indexOf(active) + by + tabs.length) % tabs.length] as Tab;
    onPick(next);
    document.getElementById(`tab-${next.id}`)?.focus();
  };
  return (
    <div class="tabs">
      <div role="tablist" aria-label="Views" tabIndex={-1} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`tab-${tab.id}`}
            aria-selected={tab === active}
            aria-controls="panel"
            tabIndex={tab === active ? 0 : -1}
            onClick={() => onPick(tab)}
          >
            {tab.name.value}
            {tab.unseen.value > 0 && tab !== active && (
              <span class="unseen">
                {' '}
                {tab.unseen.value > 999 ? '999+' : tab.unseen.value}
                <span class="hidden"> not seen yet</span>
              </span>
            )}
          </button>
        ))}
      </div>
      {!isEmpty(active.filter.value) && active.id === 'live' && (
        <button type="button" class="quiet" onClick={onSave}>
          Save as tab
        </button>
      )}
      {active.id !== 'live' && (
        <>
          <button type="button" class="quiet" onClick={onRename}>
            Rename
          </button>
          <button type="button" class="quiet" onClick={() => onClose(active)}>
            Remove tab
          </button>
        </>
      )}
    </div>
  );
}

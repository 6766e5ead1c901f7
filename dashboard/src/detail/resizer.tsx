/** The drawer's edge: dragged, or moved with the arrow keys. */
import { drawerWidthPx } from '../view/settings.ts';

const MIN_PX = 320;
const STEP_PX = 24;

export function Resizer() {
  const maxPx = () => Math.round(innerWidth * 0.7);
  const set = (px: number) => {
    drawerWidthPx.value = Math.round(Math.min(maxPx(), Math.max(MIN_PX, px)));
  };
  const onPointerDown = (event: PointerEvent) => {
    const handle = event.currentTarget as HTMLElement;
    handle.setPointerCapture(event.pointerId);
    handle.onpointermove = (move) => set(innerWidth - move.clientX);
    handle.onpointerup = () => {
      handle.onpointermove = null;
    };
    event.preventDefault();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: STEP_PX, ArrowRight: -STEP_PX }[event.key];
    if (by === undefined) return;
    set(drawerWidthPx.value + by);
    event.stopPropagation();
  };
  return (
    <div
      class="resizer"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the detail"
      aria-valuenow={drawerWidthPx.value}
      aria-valuemin={MIN_PX}
      aria-valuemax={maxPx()}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}

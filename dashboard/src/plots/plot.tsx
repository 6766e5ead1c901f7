/** A small plot of the last minutes, with its latest figure in words beside it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Measure, Point } from './measure.ts';
import { STEP_SECONDS } from './measure.ts';

interface Props {
  readonly title: string;
  readonly measure: Measure;
  readonly lines: readonly {
    readonly label: string;
    readonly color: string;
    readonly of: (point: Point) => number | undefined;
  }[];
  readonly words: (points: readonly Point[]) => string;
}

const WIDTH_PX = 168;
const HEIGHT_PX = 30;

export function Plot({ title, measure, lines, words }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const [said, setSaid] = useState('');
  useEffect(() => {
    const colors = getComputedStyle(document.documentElement);
    const plot = new uPlot(
      {
        width: WIDTH_PX,
        height: HEIGHT_PX,
        legend: { show: false },
        cursor: { show: false },
        padding: [2, 0, 2, 0],
        axes: [{ show: false }, { show: false }],
        scales: { y: { range: (_, __, max) => [0, Math.max(1, max)] } },
        series: [
          {},
          ...lines.map(({ color }) => ({
            stroke: () => colors.getPropertyValue(color),
            width: 1.5,
            points: { show: false },
            spanGaps: true,
          })),
        ],
      },
      [[]],
      holder.current as HTMLElement,
    );
    const draw = () => {
      const points = measure.points(Date.now());
      plot.setData([
        points.map(({ atSeconds }) => atSeconds),
        ...lines.map(({ of }) => points.map((point) => of(point) ?? null)),
      ]);
      setSaid(words(points));
    };
    draw();
    const timer = setInterval(draw, STEP_SECONDS * 1000);
    return () => {
      clearInterval(timer);
      plot.destroy();
    };
  }, [measure]);
  return (
    <figure class="plot">
      <div ref={holder} aria-hidden="true" />
      <figcaption>
        <span>{title}</span> <strong>{said}</strong>
      </figcaption>
    </figure>
  );
}

import type { ComponentChildren, RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { typeset } from '../../report/typeset.ts';
import type { Picture } from '../drawing/painting.ts';
import { imageFor, useDark, useDrawing, useWidth } from '../live/hooks.ts';
import type { Axis } from '../live/quantity.ts';

/** Pixels around the area of a plot. */
export const MARGIN = { left: 58, right: 14, top: 8, bottom: 40 };

/** The area of a plot on the page, in pixels. */
export interface Area {
  readonly width: number;
  readonly height: number;
}

interface PlotOptions {
  /** What it shows, for who does not see it. */
  readonly label: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly height: number;
  /** Whoever is told of pointers and keys. */
  readonly handlers: (area: Area) => Readonly<Record<string, (event: never) => void>>;
  /** Paints the runs; `zoom` is pixels of the picture for one of the page. */
  readonly paint: (picture: Picture, zoom: number) => void;
  /** What the picture depends on. */
  readonly causes: readonly unknown[];
  /** Drawn over the runs. */
  readonly over: (area: Area) => ComponentChildren;
  readonly below?: ComponentChildren;
}

/** A plot: axes as vectors, runs as a picture below them. */
export function Plot({ label, x, y, height, handlers, paint, causes, over, below }: PlotOptions) {
  const [own, width] = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const image = useRef<ImageData | undefined>(undefined);
  const isDark = useDark();
  const area = { width: Math.max(10, width - MARGIN.left - MARGIN.right), height: height - MARGIN.top - MARGIN.bottom };
  useDrawing(() => paintOn(canvas, image, area, paint), [area.width, area.height, isDark, ...causes]);
  return (
    <div
      class="plot"
      ref={own as RefObject<HTMLDivElement>}
      tabIndex={0}
      role="group"
      aria-label={label}
      {...(handlers(area) as object)}
    >
      <canvas ref={canvas} aria-hidden="true" />
      {width > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          <g transform={`translate(${MARGIN.left} ${MARGIN.top})`}>
            <Axes x={x} y={y} {...area} />
            {over(area)}
          </g>
        </svg>
      )}
      {below}
    </div>
  );
}

function Axes({ x, y, width, height }: Area & { readonly x: Axis; readonly y: Axis }) {
  // What would stand on its neighbor is left out.
  const every = Math.max(1, Math.ceil((x.ticks.length * 52) / width));
  return (
    <>
      <rect class="frame" width={width} height={height} />
      {x.ticks.map(({ share, text }, k) => (
        <g class="tick" key={`x${text}`} transform={`translate(${share * width} ${height})`}>
          <line y2="-3" />
          {k % every === 0 && (
            <text class="middle" y="15">
              {typeset(text)}
            </text>
          )}
        </g>
      ))}
      {y.ticks.map(({ share, text }) => (
        <g class="tick" key={`y${text}`} transform={`translate(0 ${(1 - share) * height})`}>
          <line x2="3" />
          <text class="end" x="-6" y="4">
            {typeset(text)}
          </text>
        </g>
      ))}
      <text class="label middle" x={width / 2} y={height + 34}>
        {typeset(x.label)}
      </text>
      <text class="label middle" transform={`translate(${-MARGIN.left + 11} ${height / 2}) rotate(-90)`}>
        {typeset(y.label)}
      </text>
    </>
  );
}

/** Paints on a canvas that fills the area, in the pixels of the screen. */
function paintOn(
  canvas: { readonly current: HTMLCanvasElement | null },
  image: { current: ImageData | undefined },
  area: Area,
  paint: PlotOptions['paint'],
) {
  const own = canvas.current;
  if (!own) return;
  const zoom = devicePixelRatio;
  const [width, height] = [Math.round(area.width * zoom), Math.round(area.height * zoom)];
  const empty = imageFor(own, width, height, image.current);
  image.current = empty;
  Object.assign(own.style, { left: `${MARGIN.left}px`, top: `${MARGIN.top}px`, width: `${area.width}px` });
  own.style.height = `${area.height}px`;
  paint({ width, height, pixels: new Uint32Array(empty.data.buffer) }, zoom);
  own.getContext('2d')?.putImageData(empty, 0, 0);
}

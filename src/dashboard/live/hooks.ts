import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** The width of an element, as it changes. */
export function useWidth<E extends HTMLElement>(): [{ readonly current: E | null }, number] {
  const own = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = own.current as E;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);
  return [own, width];
}

/** Draws in the next frame, whenever something has changed; the mark `drawn` of the page says when the last drawing was done. */
export function useDrawing(draw: () => void, causes: readonly unknown[]): void {
  // An effect that is not of the layout would wait for the frame after that.
  useLayoutEffect(() => {
    const frame = requestAnimationFrame(() => {
      draw();
      performance.clearMarks('drawn');
      performance.mark('drawn');
    });
    return () => cancelAnimationFrame(frame);
  }, causes);
}

export const dark = matchMedia('(prefers-color-scheme: dark)');

/** Whether the page is dark, so that what is painted can change with it. */
export function useDark(): boolean {
  const [isDark, setDark] = useState(dark.matches);
  useEffect(() => {
    const listen = () => setDark(dark.matches);
    dark.addEventListener('change', listen);
    return () => dark.removeEventListener('change', listen);
  }, []);
  return isDark;
}

/** The value once it has rested for so long; the first one at once. For what need not follow a pointer step by step. */
export function useRested<T>(value: T, milliseconds: number): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(() => value), milliseconds);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}

/** An empty image of that size for a canvas, which is that of before where it fits: to make one takes as long as to paint it. */
export function imageFor(canvas: HTMLCanvasElement, width: number, height: number, before?: ImageData): ImageData {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  if (before?.width !== width || before.height !== height) return new ImageData(width, height);
  before.data.fill(0);
  return before;
}

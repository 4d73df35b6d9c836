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

const dark = matchMedia('(prefers-color-scheme: dark)');

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

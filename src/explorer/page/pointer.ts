/** Tells where a pointer presses and drags, as shares of the width from the left and of the height from the top. */
export function draggable(of: SVGSVGElement, move: (x: number, y: number) => void): void {
  const tell = ({ clientX, clientY }: PointerEvent) => {
    const { left, top, width, height } = of.getBoundingClientRect();
    move((clientX - left) / width, (clientY - top) / height);
  };
  of.addEventListener('pointerdown', (event) => {
    of.setPointerCapture(event.pointerId);
    tell(event);
  });
  of.addEventListener('pointermove', (event) => {
    if (of.hasPointerCapture(event.pointerId)) tell(event);
  });
}

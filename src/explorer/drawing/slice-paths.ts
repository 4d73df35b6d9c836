/** What the model says at a place along a slice. */
export interface Sample {
  /** In [0, 1]. */
  readonly share: number;
  readonly value: number;
  readonly bounds?: readonly [lower: number, upper: number];
  readonly isKnown: boolean;
  /** Above 0 where the goal forbids the place. */
  readonly violation: number;
}

/** A sample in the coordinates of its picture. */
export interface PlacedSample {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

const round = (value: number) => Math.round(value * 100) / 100;

/** The curve where the model knows the output, and where it does not. */
export function linePaths(
  points: readonly PlacedSample[],
  samples: readonly Pick<Sample, 'isKnown'>[],
): readonly [string, string] {
  const parts: [string, string] = ['', ''];
  for (let i = 1; i < points.length; i++) {
    const side = samples[i - 1].isKnown && samples[i].isKnown ? 0 : 1;
    const joins = i > 1 && (samples[i - 2].isKnown && samples[i - 1].isKnown ? 0 : 1) === side;
    const { x, y } = points[i];
    parts[side] += joins
      ? `L${round(x)} ${round(y)}`
      : `M${round(points[i - 1].x)} ${round(points[i - 1].y)}L${round(x)} ${round(y)}`;
  }
  return parts;
}

/** The area between the bounds. */
export function bandPath(points: readonly PlacedSample[]): string {
  if (points[0]?.low === undefined) return '';
  const there = points.map(({ x, high = 0 }) => `${round(x)} ${round(high)}`);
  const back = points.map(({ x, low = 0 }) => `${round(x)} ${round(low)}`).reverse();
  return `M${there.join('L')}L${back.join('L')}Z`;
}

/** Values one by one, each with its bounds. */
export function whiskers(points: readonly PlacedSample[]): string {
  return points
    .map(
      ({ x, y, low = y, high = y }) =>
        `M${round(x)} ${round(low)}V${round(high)}M${round(x - 5)} ${round(y)}H${round(x + 5)}`,
    )
    .join('');
}

/** What the goal forbids: from where a limit is passed to where it is kept again, or the whole of a value's place. */
export function forbiddenPath(
  samples: readonly Sample[],
  isDiscrete: boolean,
  xAt: (share: number) => number,
  top: number,
  bottom: number,
): string {
  const spans: [number, number][] = [];
  const half = 0.5 / samples.length;
  samples.forEach(({ share, violation }, i) => {
    if (!(violation > 0)) return;
    if (isDiscrete) {
      spans.push([share - half, share + half]);
      return;
    }
    const edge = (next: Sample | undefined) => {
      if (!next) return share;
      const part =
        next.violation > 0 || !Number.isFinite(next.violation) ? 0.5 : violation / (violation - next.violation);
      return share + (next.share - share) * part;
    };
    spans.push([edge(samples[i - 1]), edge(samples[i + 1])]);
  });
  return spans
    .map(([from, to]) => `M${round(xAt(from))} ${top}H${round(xAt(to))}V${bottom}H${round(xAt(from))}Z`)
    .join('');
}

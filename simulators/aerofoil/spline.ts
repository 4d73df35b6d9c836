/** A function of one variable with its slope. */
export interface Curve {
  value(t: number): number;
  slope(t: number): number;
}

/**
 * The natural cubic spline through `(t[i], f[i])`, `t` increasing: twice continuously differentiable, so that whatever is
 * computed from it changes smoothly when a point of interest passes a node.
 */
export function cubicSpline(t: Float64Array, f: Float64Array): Curve {
  const curvature = nodeCurvatures(t, f);
  let last = 0;
  const locate = (at: number): number => {
    while (last > 0 && at < t[last]) last--;
    while (last < t.length - 2 && at >= t[last + 1]) last++;
    return last;
  };
  return {
    value(at) {
      const i = locate(at);
      const h = t[i + 1] - t[i];
      const b = (at - t[i]) / h;
      const a = 1 - b;
      return (
        a * f[i] + b * f[i + 1] + (h * h * (a * (a * a - 1) * curvature[i] + b * (b * b - 1) * curvature[i + 1])) / 6
      );
    },
    slope(at) {
      const i = locate(at);
      const h = t[i + 1] - t[i];
      const b = (at - t[i]) / h;
      const a = 1 - b;
      return (f[i + 1] - f[i]) / h + (h * ((1 - 3 * a * a) * curvature[i] + (3 * b * b - 1) * curvature[i + 1])) / 6;
    },
  };
}

/** Second derivatives at the nodes, zero at both ends, by elimination in the tridiagonal system. */
function nodeCurvatures(t: Float64Array, f: Float64Array): Float64Array {
  const n = t.length;
  const curvature = new Float64Array(n);
  const ratio = new Float64Array(n);
  for (let i = 1; i < n - 1; i++) {
    const before = t[i] - t[i - 1];
    const after = t[i + 1] - t[i];
    const pivot = 2 * (before + after) - before * ratio[i - 1];
    const bend = 6 * ((f[i + 1] - f[i]) / after - (f[i] - f[i - 1]) / before);
    ratio[i] = after / pivot;
    curvature[i] = (bend - before * curvature[i - 1]) / pivot;
  }
  for (let i = n - 2; i > 0; i--) curvature[i] -= ratio[i] * curvature[i + 1];
  return curvature;
}

/** A progress event's phase in words: `7/surrogate/design` becomes `surrogate: design`, `7/compare/CMA-ES` becomes `compare CMA-ES`. */
export function phaseName(phase: string): string {
  const [seed, ...parts] = phase.split('/');
  // Only what is asked of a simulator bears the path of its random stream, which begins with the seed.
  if (parts.length === 0 || !/^-?\d+$/.test(seed)) return phase;
  if (parts[0] === 'compare' && parts.length > 1) return `compare ${parts.slice(1).join('/')}`;
  if (parts[0] === 'direct' || parts[0] === 'sampling') return `${parts[0]}: ${parts.slice(1).join('/')}`;
  if (parts[0] === 'confirm') return 'repeat the best points';
  return parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join('/')}: ${parts.at(-1)}`;
}

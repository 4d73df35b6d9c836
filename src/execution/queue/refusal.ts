import type { StudyRecord } from './registry.ts';

/** `beam@1+abc` without what its hash says. */
function nameIn(identity: string): string {
  return identity.slice(0, identity.lastIndexOf('@'));
}

/**
 * Why a worker takes no jobs of a study, in a sentence that both tell; undefined where it has the simulator and the same imago. `has` are the
 * identities of its simulators.
 */
export function refusal(
  worker: string,
  { identity, simulator, version }: Pick<StudyRecord, 'identity' | 'simulator' | 'version'>,
  has: readonly string[],
  ownVersion: string,
): string | undefined {
  if (version !== ownVersion)
    return `worker ${worker} refuses '${simulator}': it runs imago ${ownVersion}, the study imago ${version}; install the same one on both`;
  if (has.includes(identity)) return undefined;
  const others = has.filter((one) => nameIn(one) === simulator);
  if (others.length > 0)
    return `worker ${worker} refuses '${simulator}': the study asks for ${identity}, it has ${others.join(', ')}; give both the same file, version, options and packages, and start the worker again`;
  const names = [...new Set(has.map(nameIn))];
  return `worker ${worker} refuses '${simulator}': it has ${names.length === 0 ? 'no simulators' : `only ${names.join(', ')}`}; copy the simulator into its folder and start it again`;
}

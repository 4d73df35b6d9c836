import { SimulationFailure } from 'imago';
import { junctions, networkFile, pipes } from './network.ts';

type Epanet = typeof import('epanet-js');

/** What EPANET says of a network. */
export interface Flow {
  /** Pressure head at the places of demand, in the order of {@link junctions}, m. */
  readonly pressures: readonly number[];
  /** Speed of the water in each pipe, m/s. */
  readonly speeds: readonly number[];
}

/** Computes the flow through pipes of these diameters, inches. */
export type Hydraulics = (diameters: readonly number[]) => Flow;

const MILLIMETRES = 25.4;

/** Numbers of EPANET's toolkit, which the package's types cannot name: EN_PRESSURE, EN_DIAMETER, EN_VELOCITY, EN_INITFLOW. */
const [PRESSURE, DIAMETER, VELOCITY, NEW_FLOWS] = [11, 0, 9, 10];

let loaded: Promise<Hydraulics> | undefined;

/** The engine, loaded once for each thread; fails as `infrastructure` where the package is not installed. */
export function hydraulics(): Promise<Hydraulics> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Hydraulics> {
  let epanet: Epanet;
  try {
    epanet = await import('epanet-js');
  } catch (error) {
    throw new SimulationFailure(
      'infrastructure',
      `the package epanet-js cannot be loaded; install it beside imago: npm install epanet-js@0.9 (${(error as Error).message.split('\n')[0]})`,
    );
  }
  const { Project, Workspace } = epanet;
  const workspace = new Workspace();
  await workspace.loadModule();
  workspace.writeFile('network.inp', networkFile());
  const project = new Project(workspace);
  project.open('network.inp', 'report.txt', 'results.bin');
  const nodes = junctions.map(({ id }) => project.getNodeIndex(String(id)));
  const links = pipes.map(({ id }) => project.getLinkIndex(String(id)));
  return (diameters) => {
    links.forEach((link, k) => {
      project.setLinkValue(link, DIAMETER, diameters[k] * MILLIMETRES);
    });
    project.openH();
    try {
      // Flows begin anew, so that an answer does not depend on the one before.
      project.initH(NEW_FLOWS);
      withoutWarnings(() => project.runH());
      return {
        pressures: nodes.map((node) => project.getNodeValue(node, PRESSURE)),
        speeds: links.map((link) => project.getLinkValue(link, VELOCITY)),
      };
    } finally {
      project.closeH();
    }
  };
}

/** Negative pressures are an answer, and no more than that; whatever else epanet-js warns of makes the run fail. */
function withoutWarnings(solve: () => unknown): void {
  const { warn } = console;
  const others: string[] = [];
  console.warn = (text: unknown) => {
    if (!String(text).includes('negative pressures')) others.push(String(text));
  };
  try {
    solve();
  } finally {
    console.warn = warn;
  }
  if (others.length > 0) throw new Error(others.join('; '));
}

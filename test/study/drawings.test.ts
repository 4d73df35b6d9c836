import { expect, test } from 'vitest';
import aerofoil from '../../simulators/aerofoil/index.ts';
import {
  Dataset,
  defineScenario,
  defineSimulator,
  htmlReport,
  markdownReport,
  random,
  real,
  runStudy,
  type Space,
  studyFromJson,
  studyToJson,
} from '../../src/index.ts';
import { inlineExecutor } from '../../src/node.ts';
import { drawingsOf } from '../../src/study/drawings.ts';

const HOSTILE = '<svg viewBox="0 0 40 30"><script>alert(1)</script><text>"quoted" & <b>é</b></text></svg>';

/** A study by random search of a simulator that fails at first, and draws as it is told to. */
function studyOf(draw: (point: { x: number; weight: number }, outputs: { f: number; cost: number }) => unknown) {
  let runs = 0;
  const simulator = defineSimulator(null, {
    ...{ name: 'bowl', parameters: { x: real(-1, 1) }, constants: { weight: 3 }, outputs: { f: {} } },
    formulas: { cost: { value: ({ x, weight }: { x: number; weight: number }) => weight * x } },
    run: ({ x }) => {
      if (runs++ === 0) throw new Error('cold');
      return { f: x ** 2 };
    },
    draw: draw as never,
  });
  const search = { on: 'simulator', minimize: 'f', budget: 6, optimizer: random() } as const;
  return runStudy(
    defineScenario({ name: 'bowl', simulator, search }),
    { executor: inlineExecutor() },
    { clock: () => 0 },
  );
}

test('the first run that completed and the best one are drawn, with constants and formulas', async () => {
  const { results } = await studyOf(
    ({ x, weight }, { f, cost }) => `<svg viewBox="0 0 4 3">${x} ${weight} ${f} ${cost}</svg>`,
  );
  const [first, best] = results.drawings ?? [];
  const { point, outputs, id } = results.search!.best!;
  expect(first).toMatchObject({ title: 'first feasible run', id: results.search!.steps[1].id });
  expect(best).toEqual({
    title: 'best point',
    id,
    svg: `<svg viewBox="0 0 4 3">${point.x} 3 ${outputs.f} ${3 * Number(point.x)}</svg>`,
  });
});

test('the first run that is drawn keeps to the limits, where one does', async () => {
  const simulator = defineSimulator(null, {
    ...{
      name: 'bowl',
      parameters: { x: real(-1, 1) },
      outputs: { f: {} },
      run: ({ x }: { x: number }) => ({ f: x ** 2 }),
    },
    draw: ({ x }) => `<svg viewBox="0 0 4 3">${x}</svg>`,
  });
  const history = Dataset.empty(simulator.space as Space, simulator.outputs).append(
    [0.5, -0.75, -0.25].map((x, i) => ({
      ...{ id: `run/${i}`, u: simulator.space.encode({ x }), milliseconds: 0, status: 'completed' as const },
      values: Float64Array.of(x ** 2),
    })),
  );
  const first = async (feasible: readonly boolean[]) => {
    const steps = feasible.map((holds, i) => ({ id: `run/${i}`, feasible: holds }));
    const best = { id: 'run/2', point: { x: -0.25 }, outputs: { f: 0.0625 } };
    return (await drawingsOf(simulator, { history, results: { steps, best } } as never))[0];
  };
  expect(await first([false, true, true])).toMatchObject({ title: 'first feasible run', id: 'run/1' });
  expect(await first([false, false, false])).toMatchObject({ title: 'first run', id: 'run/0' });
});

test('what is drawn never becomes a part of the page', async () => {
  const study = studyFromJson(studyToJson(await studyOf(() => HOSTILE)));
  const html = htmlReport(study);
  expect(html).not.toContain('<script>alert');
  const [, href] = /<image [^>]*href="data:image\/svg\+xml,([^"]*)"/.exec(html) ?? [];
  expect(decodeURIComponent(href)).toBe(HOSTILE.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"'));
  expect(html).toContain('The best point, as bowl draws it.');
  expect(markdownReport(study)).not.toContain('<script>alert');
});

test.each([
  [() => 'no drawing', /draw of simulator 'bowl' must return the text of an SVG element with a viewBox.*'no drawing'/],
  [() => '<svg width="3"></svg>', /viewBox/],
  [() => Promise.reject(new Error('no font')), /no font/],
])('a drawing that fails is a note, and costs no result', async (draw, message) => {
  const { results } = await studyOf(draw);
  expect(results.drawings).toBeUndefined();
  expect(results.notes?.join()).toMatch(message);
  expect(results.search?.best).toMatchObject({ feasible: true });
});

test('draw must be a function', () => {
  const definition = { name: 'x', parameters: { x: real(0, 1) }, outputs: { f: {} }, run: () => ({ f: 1 }) };
  expect(() => defineSimulator(null, { ...definition, draw: '<svg>' as never })).toThrow(
    "'x': draw must be a function",
  );
});

test('the aerofoil draws its section and pressures in one scale', async () => {
  const point = { camber: 0.04, camberPosition: 0.4, thickness: 0.12, alpha: 4, reynolds: 6e6 };
  const svg = (await aerofoil.draw?.(point, { cl: 0.98, cd: 0.007, cm: -0.1 })) ?? '';
  expect(svg).toContain('Lift / drag 140.0: 4.0 % camber, 12.0 % thick, at 4.0°');
  expect(svg.match(/<path class="(?:curve above|curve below|section)" d="M[\d. L-]+Z?"/g)).toHaveLength(3);
});

import { z } from 'zod';
import { ablationSchema } from './ablation.ts';
import { keepSchema } from './keep.ts';
import { named } from './named.ts';
import { ifSound, strict } from './strict.ts';
import { anyTeacher, isOutside, teacherSchema } from './teacher-schema.ts';

const NAME = /^[A-Za-z]\w*$/;
const name = z.string().regex(NAME, { error: 'a name begins with a letter and goes on with letters, digits and _' });
const text = z.string().min(1);
const count = z.int().min(1);
const scalar = z.union([z.number(), z.string()]);
const bounds = z.tuple([z.number(), z.number()]);
const bound = z.union([z.number(), z.string()]).describe('a number, or the name of a parameter declared before');

const KINDS = ['real', 'integer', 'ordinal', 'categorical', 'resolution'] as const;
const ONLY_REAL = 'is only for a real parameter';
const kindsOf = (value: object) => KINDS.filter((kind) => kind in value);

const parameter = strict({
  real: bounds.optional().describe('lowest and highest value'),
  integer: bounds.optional().describe('lowest and highest value'),
  ordinal: z.array(z.number()).optional().describe('a few numbers in increasing order'),
  categorical: z.array(z.string()).optional().describe('a few names without an order'),
  resolution: z
    .union([z.array(z.number()), z.array(z.string())])
    .optional()
    .describe('how finely the simulator computes: a few numbers or names, coarsest first'),
  cost: z.array(z.number()).optional().describe('of a resolution: what a run at each level costs'),
  unit: z.string().optional(),
  description: z.string().optional(),
  group: text.optional().describe('parameters with the same group are named and shown as one'),
  scale: z.enum(['linear', 'log']).optional().describe('of a real one'),
  periodic: z.boolean().optional().describe('of a real one: both bounds are the same point'),
  activeWhen: z
    .record(name, z.union([scalar, z.array(scalar), strict({ min: bound.optional(), max: bound.optional() })]))
    .optional()
    .describe('plays a part only where other parameters have these values'),
})
  .refine((value) => kindsOf(value).length === 1, {
    error: ({ input }) =>
      `give one of ${KINDS.join(', ')}, got ${kindsOf(input as object).join(' and ') || 'none of them'}`,
    ...ifSound,
  })
  .refine(({ real, scale }) => real || scale === undefined, { path: ['scale'], error: ONLY_REAL })
  .refine(({ real, periodic }) => real || periodic === undefined, { path: ['periodic'], error: ONLY_REAL })
  .refine(({ resolution, cost }) => !resolution === (cost === undefined), {
    path: ['cost'],
    error: 'is for a resolution, which needs a cost for each of its levels',
  })
  .refine(({ resolution, activeWhen }) => !resolution || activeWhen === undefined, {
    path: ['activeWhen'],
    error: 'is not for a resolution, which plays a part everywhere',
  });

const answer = {
  unit: z.string().optional(),
  description: z.string().optional(),
  valid: bounds.optional().describe('an answer outside is a failure'),
  classes: z.array(z.string()).optional().describe('the output is one of these names'),
  derivative: strict({ of: text, by: text })
    .optional()
    .describe('the output is the derivative of another one by a real parameter, in their units'),
};

const output = strict({
  pattern: text.optional().describe('a regular expression with one group around the value; the last match counts'),
  json: text.optional().describe('a path in a JSON text, such as results.mass'),
  csv: z.union([text, count]).optional().describe('a column of a table, by its name or its number from 1'),
  row: z.int().optional().describe('of the table, from 1, or from the end with -1, which is the default'),
  separator: z.enum([',', ';', 'tab', 'space']).optional(),
  file: text.optional().describe('a file that the program writes; default its standard output'),
  ...answer,
});

const formula = strict({
  value: text.describe('an expression of parameters and constants, such as 3 EUR/m * length'),
  unit: z.string().optional(),
  description: z.string().optional(),
  valid: bounds.optional(),
});

const file = z.union([
  z.string(),
  strict({ template: text.optional(), copy: text.optional() }).refine((value) => Object.keys(value).length === 1, {
    error: 'give either template or copy',
    ...ifSound,
  }),
]);

const DURATION = 'must be a time with its unit, such as 20 s or 5 min';
const duration = z.string({ error: DURATION }).regex(/^\d+(\.\d+)?\s*(ms|s|min|h)$/, { error: DURATION });

const command = strict({
  name: text,
  description: z.string().optional(),
  command: z.array(text).min(1).describe('the program and its arguments; there is no shell'),
  files: z.record(z.string(), file).optional().describe('input files: texts, templates or copies'),
  input: text.optional().describe('which file is the standard input'),
  environment: z.record(z.string(), z.string()).optional(),
  parameters: z.record(name, parameter),
  constants: z.record(name, scalar).optional().describe('values that templates use and nothing varies'),
  outputs: z.record(name, output),
  formulas: z.record(name, formula).optional().describe('more outputs, which are computed and need no run'),
  timeLimit: duration.optional(),
  concurrency: count.optional(),
  version: z.array(text).min(1).optional().describe("a command that prints the program's version"),
  stochastic: z.boolean().optional(),
  keepFailed: z.union([z.boolean(), z.int().nonnegative()]).optional(),
});

const umBridge = strict({
  umBridge: text.describe('the URL of a server that speaks UM-Bridge, such as http://localhost:4242'),
  model: text.describe('the name of the model there'),
  name: text.optional().describe('default that of the model'),
  description: z.string().optional(),
  version: text.optional().describe("to be changed when the server's answers change"),
  parameters: z.record(name, parameter).describe('in the order of the numbers of the input vectors'),
  outputs: z.record(name, strict(answer)).describe('in the order of the numbers of the output vectors'),
  config: z.record(z.string(), z.json()).optional().describe('entries that go with each request'),
  configured: z.array(name).optional().describe('parameters that go with the config; default the resolution'),
  seed: text.optional().describe('the entry of the config that carries the seed of each run'),
  stochastic: z.boolean().optional(),
  derivatives: z.boolean().optional().describe('of each number by each real parameter, of a server with gradients'),
  timeLimit: duration.optional(),
  concurrency: count.optional().describe('how many runs the server takes at once; default 1'),
});

const module = strict({ module: text, options: z.json().optional() });
const path = z.string().min(1).describe('the path of a simulator file, or the name of one that comes with imago');

const outcome = strict({
  withOutcome: z
    .union([path, module, umBridge, command])
    .describe('a simulator; whether it answers, works or fails, is then the only output, named outcome'),
});

const stage = strict({
  name: z.string().regex(/^[\w-]+$/, { error: "must be letters, digits, '-' and '_'" }),
  teacher: z
    .union([text, z.array(text).min(1)])
    .optional()
    .describe('an earlier stage, simulator, teacher or data; several are a committee; default the stage before'),
  transfer: named('sampler').optional().describe('not where data teach'),
  size: count.optional().describe('points of the transfer set'),
  student: named('surrogate').optional().describe('default auto'),
  keep: keepSchema.optional(),
  ablation: ablationSchema.optional(),
  data: z
    .number()
    .nonnegative()
    .optional()
    .describe('weight of each row of the data themselves that is learned beside; default 0'),
  holdout: z.int().nonnegative().optional(),
  confirm: z.int().nonnegative().optional().describe('fresh runs of the simulator inside a box that the student found'),
});

const files = {
  images: text.describe('an IDX file of images, .gz or not'),
  labels: text.describe('an IDX file of their labels, from 0'),
};

const startOf = <T extends z.ZodType>(teacher: T) =>
  strict({
    data: text.optional().describe('a CSV file with a column for each parameter and output'),
    images: files.images.optional(),
    labels: files.labels.optional(),
    labeled: count
      .optional()
      .describe('of images: how many, drawn at random, keep their labels and are learned; the others are the pool'),
    parameters: z
      .record(name, parameter)
      .optional()
      .describe('of a CSV file; those of images are their pixels, from 0 to 255'),
    outputs: z
      .record(name, strict(answer))
      .optional()
      .describe('may be left out only beside a teacher without data that knows them itself'),
    teacher: teacher
      .optional()
      .describe(
        'learns the data and teaches the first stage; or a file or a module that teaches as it is, with or without data',
      ),
    test: z
      .union([text, strict(files)])
      .optional()
      .describe('a CSV file, or files of images and labels: rows that nothing learns and every stage is judged on'),
    pool: z
      .union([text, strict({ images: files.images })])
      .optional()
      .describe('a CSV file, or one of images: rows without labels, for samplers of points like those seen'),
  })
    .refine(
      ({ data, images, teacher }) => (data === undefined) !== (images === undefined) || (!data && isOutside(teacher)),
      {
        error: 'give either data, a CSV file, or images and labels, IDX files',
        ...ifSound,
      },
    )
    .refine(({ data, images, parameters, outputs }) => outputs || (!data && !images && !parameters), {
      path: ['outputs'],
      error: 'is missing',
      ...ifSound,
    })
    .refine(({ data, parameters }) => data === undefined || parameters, {
      path: ['parameters'],
      error: 'is missing: a CSV file has a column for each of them',
      ...ifSound,
    })
    .refine(({ images, labels }) => images === undefined || labels, {
      path: ['labels'],
      error: 'is missing: images have a file of labels beside them',
      ...ifSound,
    })
    .refine(({ images, parameters }) => images === undefined || !parameters, {
      path: ['parameters'],
      error: 'is not for images, whose parameters are their pixels',
      ...ifSound,
    })
    .refine(({ data, labels, labeled }) => data === undefined || (labels === undefined && labeled === undefined), {
      error: 'labels and labeled are for images, not for a CSV file',
      ...ifSound,
    });

/** One quantity, or several for the trade-off between them. */
const wished = z.union([text, z.array(text).min(1)]);

const search = strict({
  on: z.string().describe('simulator, or the name of a stage'),
  minimize: wished.optional(),
  maximize: wished.optional(),
  subjectTo: z.array(text).optional().describe('comparisons such as stress <= 250 MPa'),
  optimizer: named('optimizer').optional().describe('on the simulator'),
  budget: count.optional().describe('runs of the simulator, those that confirm a noisy one included'),
  batch: count.optional(),
  asynchronous: z.boolean().optional().describe('whether to keep a batch in flight instead of waiting for all of it'),
  minimizer: named('minimizer').optional().describe('on a stage'),
  rounds: count.optional(),
  confirm: z
    .union([
      count.describe('runs of the simulator in each round'),
      strict({
        each: count.optional().describe('runs of the simulator in each round'),
        runs: z.int().nonnegative().optional().describe("how often a stochastic simulator's best points are run again"),
      }),
    ])
    .optional(),
  initial: z.array(z.record(name, scalar)).min(1).optional().describe('points that are run first'),
  data: text.optional().describe('a CSV file of answers from before, with a column for each parameter and output'),
});

const breaker = z.union([
  z.literal(false),
  strict({
    least: count.optional().describe('evaluations from which on the share of failures counts; default 20'),
    share: z.number().gt(0).max(1).optional().describe('of failures, at which the study is given up; default 0.9'),
    alike: count.optional().describe('first evaluations that all fail with one cause; default 10'),
  }),
]);

const compare = strict({ optimizers: z.array(named('optimizer')).min(1), budget: count, batch: count.optional() });

const documentOf = <S extends z.ZodType, D extends z.ZodType>(simulator: S, data: D) =>
  strict({
    name: text,
    description: z.string().optional(),
    seed: z.int().optional(),
    simulator,
    start: data,
    chain: z.array(stage).optional(),
    search: search.optional(),
    compare: compare.optional(),
    test: count.optional().describe('fresh runs of the simulator that nothing learns and every stage is judged on'),
    breaker: breaker.optional().describe('when a study whose simulator fails is given up; false for never'),
  });

const anySimulator = z.union([path, module, umBridge, command, outcome]);
const anyStart = startOf(anyTeacher);
const anyDocument = documentOf(anySimulator.optional(), anyStart.optional());

/** A scenario as it stands in a file. */
export type ScenarioDocument = z.infer<typeof anyDocument>;

/** A simulator's program as it stands in a file. */
export type CommandBlock = z.infer<typeof command>;

/** A model behind a URL as it stands in a file. */
export type UmBridgeBlock = z.infer<typeof umBridge>;

/** Data to start from as they stand in a file. */
export type StartBlock = z.infer<typeof anyStart>;

/** The schema that fits what the file says of its simulator or data, so that mistakes are reported for the right kind. */
export function schemaFor(data: unknown): z.ZodType<ScenarioDocument> {
  const top: { readonly simulator?: unknown; readonly start?: unknown } =
    typeof data === 'object' && data !== null ? data : {};
  const { teacher } = (top.start ?? {}) as { readonly teacher?: unknown };
  const start = startOf(teacherSchema(teacher));
  if (top.start !== undefined && top.simulator === undefined)
    return documentOf(z.undefined().optional(), start) as z.ZodType<ScenarioDocument>;
  const given = top.simulator;
  const isBlock = typeof given === 'object' && given !== null;
  const simulator = isBlock
    ? 'withOutcome' in given
      ? outcome
      : 'module' in given
        ? module
        : 'umBridge' in given
          ? umBridge
          : command
    : path;
  return documentOf(simulator, start.optional()) as z.ZodType<ScenarioDocument>;
}

/** The JSON Schema (draft 2020-12) of a scenario in YAML, for editors. */
export function scenarioJsonSchema(): object {
  return z.toJSONSchema(anyDocument, {
    io: 'input',
    override({ jsonSchema }) {
      // JSON has no infinity; nothing else is above the largest number.
      if (jsonSchema.const !== Number.POSITIVE_INFINITY) return;
      delete jsonSchema.const;
      jsonSchema.exclusiveMinimum = Number.MAX_VALUE;
    },
  });
}

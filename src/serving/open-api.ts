import type { Output } from '../core/output.ts';
import type { Parameter } from '../core/space/parameter.ts';
import type { ServeLimits } from './limits.ts';
import type { Served } from './served.ts';

/** What `GET /models` says of one of them. */
export function summaryOf({ name, kind, description, space, outputs, about, slopes, stochastic }: Served): object {
  const {
    parameters: _,
    outputs: __,
    name: title,
    ...origin
  } = about ?? { parameters: 0, outputs: 0, name: undefined };
  return {
    ...{ name, kind },
    ...(description !== undefined && { description }),
    ...(title !== undefined && { title }),
    parameters: space.parameters,
    outputs: outputs.map((output) => outputSummary(output, about)),
    ...(stochastic && { stochastic }),
    derivatives: slopes !== undefined,
    ...origin,
  };
}

function outputSummary({ name, unit, classes, description, valid }: Output, about: Served['about']): object {
  const { name: _, unit: __, classes: ___, ...quality } = about?.outputs.find((one) => one.name === name) ?? { name };
  return {
    name,
    ...(unit !== undefined && { unit }),
    ...(classes && { classes }),
    ...(description !== undefined && { description }),
    ...(valid && { valid }),
    ...quality,
  };
}

/** The OpenAPI 3.1 document of a server: a path for each of its models, with the schemas of its points and answers. */
export function openApiOf(all: Iterable<Served>, version: string, limits: Required<ServeLimits>): object {
  const models = [...all];
  return {
    openapi: '3.1.0',
    info: {
      title: 'imago',
      version,
      description:
        'Models and simulators that imago serves. The routes of UM-Bridge 1.0 (/Info, /Evaluate, ...) are there beside these. HEAD is answered as GET is, and OPTIONS by 204; another path by 404, another method by 405.',
    },
    servers: [{ url: '/' }],
    paths: {
      '/health': {
        get: {
          operationId: 'health',
          summary: 'Whether the server answers',
          responses: ok('How it is', {
            type: 'object',
            properties: { status: { const: 'ok' }, models: { type: 'integer' } },
          }),
        },
      },
      '/models': {
        get: {
          operationId: 'models',
          summary: 'What is served',
          responses: ok('Each with its parameters and outputs', {
            type: 'object',
            properties: { models: { type: 'array', items: SUMMARY } },
          }),
        },
      },
      ...Object.fromEntries(models.flatMap((served, i) => pathsOf(served, i, limits))),
    },
    components: {
      responses: Object.fromEntries(Object.entries(REFUSALS).map(([status, why]) => [status, refusal(why)])),
      schemas: {
        Error: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['type', 'message'],
              properties: { type: { type: 'string' }, message: { type: 'string' } },
            },
          },
        },
      },
    },
  };
}

const SUMMARY = { type: 'object', required: ['name', 'kind', 'parameters', 'outputs'] };

/** Why a request is refused, by the status of the answer. */
const REFUSALS = {
  400: 'The request, its Host header, its path or its body cannot be read, or a point is wrong',
  403: 'It comes from a page of an origin that is not allowed',
  404: 'There is no such path, or no such model',
  405: 'The path takes another method',
  408: 'Its headers or its body did not come in time',
  413: 'The body, or a line of a stream, is too large, or has too many points',
  415: 'The content type of the body is not supported, or the body is compressed',
  417: 'Its Expect header asks for what is not supported',
  421: 'Its Host header does not name this server',
  431: 'Its headers are too large',
  500: 'Internal error of the server',
  503: 'The simulator cannot be run at present, or too much is being read and answered',
};

const refusal = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
});

const refusals = (statuses: readonly (keyof typeof REFUSALS)[]) =>
  Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/${status}` }]));

/** Of requests for a path and method that there are; those with a body beside them. */
const ANY = refusals([400, 403, 408, 415, 417, 421, 431, 500]);
const OF_BODIES = refusals([413, 503]);

const ok = (description: string, schema: object) => ({
  200: { description, content: { 'application/json': { schema } } },
  ...ANY,
});

function pathsOf(served: Served, i: number, { rows }: Required<ServeLimits>): [string, object][] {
  const { name, description, space, stochastic } = served;
  const path = `/models/${encodeURIComponent(name)}`;
  const specs = Object.entries(space.parameters);
  const point = {
    type: 'object',
    required: specs.filter(([, spec]) => !spec.activeWhen).map(([one]) => one),
    properties: Object.fromEntries(specs.map(([one, spec]) => [one, valueSchema(spec)])),
    additionalProperties: false,
  };
  const seed = stochastic ? { seed: { type: 'integer' } } : {};
  const one = { type: 'object', required: ['point'], properties: { point, ...seed }, additionalProperties: false };
  const many = {
    type: 'object',
    required: ['points'],
    properties: { points: { type: 'array', maxItems: rows, items: point }, ...seed },
    additionalProperties: false,
  };
  const reply = replySchema(served);
  const text = { schema: { type: 'string' } };
  const predict = {
    operationId: `predict${i + 1}`,
    summary: description ?? `Predictions of ${name}`,
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: { oneOf: [one, many] } },
        'application/x-ndjson': text,
        'text/csv': text,
      },
    },
    responses: {
      200: {
        description: 'A reply to the point, or one to each of the points',
        content: {
          'application/json': {
            schema: {
              oneOf: [
                reply,
                { type: 'object', required: ['replies'], properties: { replies: { type: 'array', items: reply } } },
              ],
            },
          },
          'application/x-ndjson': text,
          'text/csv': text,
        },
      },
      ...ANY,
      ...OF_BODIES,
    },
  };
  const get = {
    operationId: `model${i + 1}`,
    summary: `What ${name} is`,
    responses: ok('Parameters and outputs', SUMMARY),
  };
  return [
    [path, { get }],
    [`${path}/predict`, { post: predict }],
  ];
}

/** Ranges stand in the description: points beyond them are answered too. */
function valueSchema(spec: Parameter): object {
  const { unit, description } = spec;
  const range =
    spec.kind === 'real' || spec.kind === 'integer'
      ? [`${spec.lower} to ${spec.upper}`]
      : spec.kind === 'ordinal'
        ? [`one of ${spec.values.join(', ')}`]
        : [];
  const words = [description, [...range, unit].filter(Boolean).join(' ')].filter(Boolean).join('; ');
  return {
    ...(spec.kind === 'categorical' ? { enum: spec.values } : { type: spec.kind === 'integer' ? 'integer' : 'number' }),
    ...(words !== '' && { description: words }),
  };
}

function replySchema({ outputs, bounded }: Served): object {
  const bound = { type: ['number', 'null'], description: 'of an answer, with 95 %; null where nothing is promised' };
  const answers = outputs.map(({ name, classes, unit }) => [
    name,
    {
      type: 'object',
      required: ['value', 'inDomain'],
      properties: {
        value: classes ? { enum: classes } : { type: 'number', ...(unit !== undefined && { description: unit }) },
        ...(classes && { probabilities: { type: 'object', additionalProperties: { type: 'number' } } }),
        ...(bounded.includes(name) && { lower: bound, upper: bound }),
        inDomain: { type: 'boolean' },
      },
    },
  ]);
  const answered = {
    type: 'object',
    required: ['outputs', 'inDomain'],
    properties: {
      outputs: { type: 'object', properties: Object.fromEntries(answers) },
      inDomain: { type: 'boolean', description: 'whether all outputs are known there' },
    },
  };
  const failed = {
    type: 'object',
    required: ['failed', 'reason'],
    properties: { failed: { type: 'string' }, reason: { type: 'string' } },
  };
  return { oneOf: [answered, failed] };
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as pause } from 'node:timers/promises';
import { ensure, show } from '../core/errors.ts';
import type { Scalar } from '../core/space/parameter.ts';
import { csvLine } from '../data/csv-text.ts';
import { answerCells, answerTitles } from '../export/predictions.ts';
import type { Answer } from '../surrogates/point-model.ts';
import type { ServeLimits } from './limits.ts';
import { Outlet, sendJson } from './outlet.ts';
import { mistakeOf, PointReader, type ReadPoint } from './point-reader.ts';
import { Refusal } from './refusal.ts';
import { jsonOf, partsOf, type Room, withText } from './request-body.ts';
import { cellsOf, csvRows, jsonRows, linesOf, type Row } from './rows.ts';
import type { Reply, Served } from './served.ts';
import { isRecord } from './um-bridge.ts';

/** In which form points come, and answers go. */
type Form = 'json' | 'ndjson' | 'csv';

const CONTENT_TYPES: Readonly<Record<Exclude<Form, 'json'>, string>> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
};

/** What answers to points need. */
export interface Prediction {
  readonly served: Served;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly limits: Required<ServeLimits>;
  readonly room: Room;
  readonly signal: AbortSignal;
}

/** Answers the points of a body: one or many in JSON, or a stream of rows. */
export async function predict(prediction: Prediction): Promise<void> {
  const { request, served } = prediction;
  const given = formOf(request.headers['content-type']);
  const wanted = wantedForm(request.headers.accept, given);
  const reader = new PointReader(served.space);
  if (given === 'json')
    await withText(request, prediction.limits, prediction.room, (text) => answerJson(text, prediction, reader, wanted));
  else await answerStream(prediction, reader, given, wanted === 'json' ? given : wanted);
}

async function answerJson(text: string, prediction: Prediction, reader: PointReader, wanted: Form): Promise<void> {
  const { served, response, limits, signal } = prediction;
  const { points, isOne, seed, cells } = await pointsOf(jsonOf(text, limits), served, reader, limits);
  if (wanted !== 'json') {
    const sink = new Sink(prediction, wanted, served.space.names);
    await sink.write(
      points.map((point, i): Row => ({ cells: cells(i), point })),
      seed,
    );
    await sink.end();
    return;
  }
  const told: string[] = [];
  for await (const group of served.reply(points, signal, seed)) told.push(group.map(replyText).join(','));
  sendJson(response, 200, isOne ? told[0] : `{"replies":[${told.join(',')}]}`);
}

async function pointsOf(
  body: unknown,
  { space, stochastic }: Served,
  reader: PointReader,
  { rows }: Required<ServeLimits>,
) {
  const keys = ['point', 'points', ...(stochastic ? ['seed'] : [])];
  const isFine = isRecord(body) && Object.keys(body).every((key) => keys.includes(key));
  ensure(
    isFine && (body.point === undefined) !== (body.points === undefined),
    'invalid-data',
    () =>
      `the body is { "point": { "${space.names[0]}": ... } } or { "points": [...] }${stochastic ? ', with a "seed" at will' : ''}, got ${show(body)}`,
  );
  const { point, points, seed } = body;
  ensure(
    seed === undefined || Number.isSafeInteger(seed),
    'invalid-data',
    () => `seed must be a whole number, got ${show(seed)}`,
  );
  ensure(
    points === undefined || Array.isArray(points),
    'invalid-data',
    () => `points must be a list, got ${show(points)}`,
  );
  const list = (points as readonly unknown[] | undefined) ?? [point];
  if (list.length > rows)
    throw new Refusal(
      413,
      'TooLarge',
      `there are ${list.length} points, more than ${rows}: send them in parts, or as a stream of CSV or NDJSON`,
    );
  return {
    isOne: points === undefined,
    points: await readAll(list, reader, points !== undefined),
    cells: (i: number) => cellsOf(list[i], space.names),
    ...(seed !== undefined && { seed: seed as number }),
  };
}

/** Points that are read before others get their turn. */
const READ = 1024;

async function readAll(list: readonly unknown[], reader: PointReader, isList: boolean): Promise<readonly ReadPoint[]> {
  const points: ReadPoint[] = [];
  for (const [i, one] of list.entries()) {
    if (i % READ === READ - 1) await pause();
    points.push(named(reader, one, isList ? `points[${i}]: ` : ''));
  }
  return points;
}

function named(reader: PointReader, given: unknown, place = ''): ReadPoint {
  try {
    return reader.named(given);
  } catch (error) {
    throw new Refusal(400, 'InvalidInput', `${place}${mistakeOf(error)}`);
  }
}

async function answerStream(
  prediction: Prediction,
  reader: PointReader,
  given: Exclude<Form, 'json'>,
  wanted: Exclude<Form, 'json'>,
): Promise<void> {
  const { served, request, limits } = prediction;
  const lines = linesOf(partsOf(request, limits), { bytes: limits.bytes, quoted: given === 'csv' });
  const source = given === 'csv' ? csvRows(lines, served, reader) : jsonRows(lines, served, reader, limits);
  let sink: Sink | undefined;
  for await (const found of source) {
    if ('titles' in found) sink = new Sink(prediction, wanted, found.titles);
    else {
      sink ??= new Sink(prediction, wanted, served.space.names);
      await sink.write(found);
    }
  }
  sink ??= new Sink(prediction, wanted, served.space.names);
  await sink.end();
}

/** Where the answers to rows go, line by line. */
class Sink {
  readonly #outlet: Outlet;
  readonly #prediction: Prediction;
  readonly #form: Exclude<Form, 'json'>;
  /** The title line, until it is written. */
  #head: string;

  constructor(prediction: Prediction, form: Exclude<Form, 'json'>, titles: readonly string[]) {
    const { served, response, limits } = prediction;
    this.#prediction = prediction;
    this.#form = form;
    const heads = served.outputs.flatMap((one) => answerTitles(one, served.bounded.includes(one.name)));
    this.#head = form === 'csv' ? `${csvLine([...titles, ...heads, 'error'])}\n` : '';
    this.#outlet = new Outlet(response, CONTENT_TYPES[form], limits.seconds);
  }

  async write(rows: readonly Row[], seed?: number): Promise<void> {
    const { served, signal } = this.#prediction;
    const points = rows.flatMap(({ point }) => (point ? [point] : []));
    let next = 0;
    // Mistakes stand where their rows stood.
    const mistakes = () => {
      const from = next;
      while (next < rows.length && !rows[next].point) next++;
      return rows.slice(from, next).map((row) => this.#line(row));
    };
    for await (const group of served.reply(points, signal, seed)) {
      const lines: string[] = [];
      for (const reply of group) {
        lines.push(...mistakes());
        lines.push(this.#line(rows[next++], reply));
      }
      await this.#put(lines);
    }
    await this.#put(mistakes());
  }

  /** Ends it; where there were no rows, with the title line alone. */
  async end(): Promise<void> {
    await this.#put([]);
    this.#outlet.end();
  }

  async #put(lines: readonly string[]): Promise<void> {
    const text = this.#head + lines.join('');
    this.#head = '';
    await this.#outlet.write(text);
  }

  #line({ cells, mistake }: Row, reply?: Reply): string {
    if (this.#form === 'ndjson')
      return `${reply ? replyText(reply) : JSON.stringify({ error: { type: 'InvalidInput', message: mistake } })}\n`;
    const { outputs, bounded } = this.#prediction.served;
    const isAnswer = reply && 'answers' in reply;
    const told = outputs.flatMap((output): Scalar[] =>
      isAnswer
        ? answerCells(output, reply.answers[output.name], true)
        : answerTitles(output, bounded.includes(output.name)).map(() => ''),
    );
    const error = isAnswer ? '' : reply ? `${reply.failed}: ${reply.reason}` : (mistake ?? '');
    return `${csvLine([...cells, ...told, error])}\n`;
  }
}

/** A reply as JSON: what is no number, such as a bound that nothing is promised of, is null. */
function replyText(reply: Reply): string {
  if ('failed' in reply) return JSON.stringify({ failed: reply.failed, reason: reply.reason });
  const entries = Object.entries(reply.answers);
  return JSON.stringify({
    outputs: Object.fromEntries(entries.map(([name, answer]) => [name, plain(answer)])),
    inDomain: entries.every(([, { inDomain }]) => inDomain),
  });
}

function plain({ value, class: name, probabilities, interval, inDomain }: Answer) {
  return {
    value: name ?? value,
    ...(probabilities && { probabilities }),
    ...(interval && { lower: interval[0], upper: interval[1] }),
    inDomain,
  };
}

function formOf(contentType = 'application/json'): Form {
  const type = contentType.split(';')[0].trim().toLowerCase();
  if (type === 'text/csv') return 'csv';
  if (['application/x-ndjson', 'application/ndjson', 'application/jsonl'].includes(type)) return 'ndjson';
  if (type === 'application/json' || type.endsWith('+json')) return 'json';
  throw new Refusal(
    415,
    'UnsupportedMediaType',
    `the body is of type ${show(type)}; send application/json, application/x-ndjson or text/csv`,
  );
}

function wantedForm(accept = '*/*', given: Form): Form {
  if (/\btext\/csv\b/i.test(accept)) return 'csv';
  if (/\bapplication\/(x-)?ndjson\b/i.test(accept)) return 'ndjson';
  return /\bapplication\/json\b/i.test(accept) ? 'json' : given;
}

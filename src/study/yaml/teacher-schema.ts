import { z } from 'zod';
import type { Named } from '../../core/options.ts';
import { named } from './named.ts';
import { strict } from './strict.ts';

const text = z.string().min(1);

const teacherFile = strict({
  file: text.describe(
    'a model that imago saved, an ONNX graph, a forest, a CSV file of answers, or an IDX file of images',
  ),
  labels: text.optional().describe('beside images: an IDX file of their labels'),
  name: text.optional().describe('what reports call it; default the file'),
  input: text.optional().describe('of a graph: the input that takes the points'),
  inputs: z
    .enum(['author', 'unit'])
    .optional()
    .describe('of a graph: whether inputs are in units, or from 0 to 1; default author'),
  answers: z.record(z.string(), text).optional().describe('of a graph: its name of the answer to each output'),
  softmax: z.boolean().optional().describe('of a graph: whether it answers scores of classes and not shares'),
});
const teacherModule = strict({ module: text.describe('a file of code whose default export is an oracle') });

/** A teacher from outside as it stands in a file or on the command line. */
export type OutsideTeacher = z.infer<typeof teacherFile> | z.infer<typeof teacherModule>;

/** The schema that fits what is said of a teacher, so that mistakes are reported for the right kind. */
export function teacherSchema(given: unknown): z.ZodType<Named | OutsideTeacher> {
  const isBlock = typeof given === 'object' && given !== null;
  if (isBlock && 'file' in given) return teacherFile;
  return isBlock && 'module' in given ? teacherModule : named('surrogate');
}

/** The schema of a teacher from outside. */
export const outsideTeacherSchema: z.ZodType<OutsideTeacher> = z.union([teacherFile, teacherModule]);

/** The schema of any teacher. */
export const anyTeacher: z.ZodType<Named | OutsideTeacher> = z.union([named('surrogate'), teacherFile, teacherModule]);

/** Whether a teacher is asked as it is. */
export function isOutside(teacher: unknown): teacher is OutsideTeacher {
  return typeof teacher === 'object' && teacher !== null && ('file' in teacher || 'module' in teacher);
}

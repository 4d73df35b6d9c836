import type { FmuSubject } from './description.ts';
import type { FmuVariables } from './variables.ts';

/** What both versions share in C: the numbers of an instance, and outputs that are computed anew when they are asked for after an input has changed. */
export function sharedC({ identifier, token }: FmuSubject, { inputs, outputs }: FmuVariables): string {
  const kinds = [...inputs, ...outputs].map(({ kind }) =>
    kind === 'real' ? 'REAL' : kind === 'boolean' ? 'TRUTH' : 'WHOLE',
  );
  return `#include "${identifier}.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED
#endif
#define JOINED(a, b) a##b
#define JOIN(a, b) JOINED(a, b)

enum { INPUTS = ${inputs.length}, VARIABLES = ${kinds.length}, TIME = VARIABLES };
enum { OK = 0, ERROR = 3 };
enum kind { REAL, WHOLE, TRUTH };
static const enum kind kinds[VARIABLES + 1] = {${[...kinds, 'REAL'].join(', ')}};
static const double starts[INPUTS] = {${inputs.map(({ start }) => start!.toExponential()).join(', ')}};
static const char *const titles[INPUTS] = {${inputs.map(({ name }) => JSON.stringify(name)).join(', ')}};
static const char token[] = ${JSON.stringify(token)};

/* All variables, the time after them; outputs are those of before where \`stale\`. */
typedef struct {
  double values[VARIABLES + 1];
  int stale;
} numbers;

static void begin(numbers *of) {
  memset(of, 0, sizeof *of);
  for (int j = 0; j < INPUTS; j++) of->values[j] = starts[j];
  of->stale = 1;
}

/* 0, or j + 1 where the j-th input is not a finite number. */
static int update(numbers *of) {
  if (!of->stale) return 0;
  ${identifier}_point point;
  ${identifier}_answers answers;
${inputs.map(({ field }, j) => `  point.${field} = of->values[${j}];`).join('\n')}
  const int wrong = ${identifier}_predict(&point, &answers);
  if (wrong) return wrong;
${outputs.map(({ field }, k) => `  of->values[${inputs.length + k}] = answers.${field};`).join('\n')}
  of->stale = 0;
  return 0;
}
`;
}

/** Access to the numbers of an `instance`, which has them as `now` and can `tell` what is wrong, and what both versions do alike with one. */
export const instanceC = (fmi: 'fmi2' | 'fmi3', state: 'FMUstate' | 'FMUState'): string => `
static int settle(instance *of) {
  char text[160];
  const int wrong = update(&of->now);
  if (!wrong) return OK;
  snprintf(text, sizeof text, "the input %s is not a finite number", titles[wrong - 1]);
  tell(of, text);
  return ERROR;
}

/* Whether all are variables of the kind, those that are asked for ready to be read, those that are set inputs. */
static int access(instance *of, const unsigned *references, size_t count, enum kind kind, int sets) {
  int outputs = 0;
  for (size_t k = 0; k < count; k++) {
    if (references[k] > (sets ? INPUTS - 1u : (unsigned)TIME) || kinds[references[k]] != kind) {
      tell(of, sets ? "no input of this type has this reference" : "no variable of this type has this reference");
      return ERROR;
    }
    if (references[k] >= INPUTS) outputs = 1;
  }
  if (sets) of->now.stale = 1;
  return outputs ? settle(of) : OK;
}

EXPORTED void NAME(${fmi}FreeInstance)(void *of) { free(of); }
EXPORTED int NAME(${fmi}ExitInitializationMode)(void *of) { return of ? OK : ERROR; }
EXPORTED int NAME(${fmi}Terminate)(void *of) { return of ? OK : ERROR; }
EXPORTED int NAME(${fmi}Reset)(void *of) {
  begin(&((instance *)of)->now);
  return OK;
}
EXPORTED int NAME(${fmi}Get${state})(void *of, void **state) {
  if (!*state) *state = malloc(sizeof(numbers));
  if (!*state) return ERROR;
  memcpy(*state, &((instance *)of)->now, sizeof(numbers));
  return OK;
}
EXPORTED int NAME(${fmi}Set${state})(void *of, void *state) {
  memcpy(&((instance *)of)->now, state, sizeof(numbers));
  return OK;
}
EXPORTED int NAME(${fmi}Free${state})(void *of, void **state) {
  (void)of;
  free(*state);
  *state = NULL;
  return OK;
}
`;

import { instanceC } from './wrapper.ts';

/** FMI 3.0 for co-simulation in C, behind what both versions share. */
export const FMI_3_C = `
#include <stdbool.h>
#include <stdint.h>
/* Who links this source, and not a library, gives functions a prefix. */
#ifndef FMI3_FUNCTION_PREFIX
#define FMI3_FUNCTION_PREFIX
#endif
#define NAME(of) JOIN(FMI3_FUNCTION_PREFIX, of)

typedef void logger(void *environment, int status, const char *category, const char *message);

typedef struct {
  numbers now;
  logger *log;
  void *environment;
} instance;

static void tell(const instance *of, const char *text) {
  if (of->log) of->log(of->environment, ERROR, "logStatusError", text);
}
${instanceC('fmi3', 'FMUState')}
EXPORTED const char *NAME(fmi3GetVersion)(void) { return "3.0"; }

EXPORTED void *NAME(fmi3InstantiateCoSimulation)(const char *name, const char *given, const char *resources, bool visible, bool logging,
                                                 bool events, bool early, const uint32_t *intermediate, size_t count, void *environment,
                                                 logger *log, void (*updated)(void)) {
  (void)name, (void)resources, (void)visible, (void)logging, (void)events, (void)early, (void)intermediate, (void)count, (void)updated;
  instance *of = calloc(1, sizeof *of);
  if (!of) return NULL;
  of->log = log;
  of->environment = environment;
  begin(&of->now);
  if (given && strcmp(given, token) == 0) return of;
  tell(of, "the instantiation token is not that of this model");
  free(of);
  return NULL;
}
EXPORTED void *NAME(fmi3InstantiateModelExchange)(const char *a, const char *b, const char *c, bool d, bool e, void *f, logger *g) {
  (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g;
  return NULL;
}
EXPORTED void *NAME(fmi3InstantiateScheduledExecution)(const char *a, const char *b, const char *c, bool d, bool e, void *f, logger *g,
                                                       void (*h)(void), void (*i)(void), void (*j)(void)) {
  (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h, (void)i, (void)j;
  return NULL;
}

EXPORTED int NAME(fmi3SetDebugLogging)(void *of, bool on, size_t count, const char *const *categories) {
  (void)of, (void)on, (void)count, (void)categories;
  return OK;
}
EXPORTED int NAME(fmi3EnterInitializationMode)(void *of, bool tolerates, double tolerance, double start, bool stops, double stop) {
  (void)tolerates, (void)tolerance, (void)stops, (void)stop;
  ((instance *)of)->now.values[TIME] = start;
  return OK;
}
EXPORTED int NAME(fmi3EnterEventMode)(void *of) { return of ? OK : ERROR; }
EXPORTED int NAME(fmi3EnterStepMode)(void *of) { return of ? OK : ERROR; }

#define GETTER(name, type, kind, read)                                                                        \\
  EXPORTED int NAME(name)(void *of, const uint32_t *references, size_t count, type *values, size_t room) {   \\
    if (room != count || access(of, references, count, kind, 0) != OK) return ERROR;                          \\
    for (size_t k = 0; k < count; k++) {                                                                      \\
      const double value = ((instance *)of)->now.values[references[k]];                                       \\
      values[k] = read;                                                                                       \\
    }                                                                                                         \\
    return OK;                                                                                                \\
  }
#define SETTER(name, type, kind)                                                                                  \\
  EXPORTED int NAME(name)(void *of, const uint32_t *references, size_t count, const type *values, size_t given) { \\
    if (given != count || access(of, references, count, kind, 1) != OK) return ERROR;                             \\
    for (size_t k = 0; k < count; k++) ((instance *)of)->now.values[references[k]] = (double)values[k];           \\
    return OK;                                                                                                    \\
  }
GETTER(fmi3GetFloat64, double, REAL, value)
GETTER(fmi3GetInt64, int64_t, WHOLE, (int64_t)value)
GETTER(fmi3GetBoolean, bool, TRUTH, value > 0.5)
SETTER(fmi3SetFloat64, double, REAL)
SETTER(fmi3SetInt64, int64_t, WHOLE)
SETTER(fmi3SetBoolean, bool, TRUTH)

EXPORTED int NAME(fmi3DoStep)(void *of, double from, double size, bool final, bool *event, bool *terminates, bool *early, double *reached) {
  (void)final;
  *event = *terminates = *early = false;
  *reached = ((instance *)of)->now.values[TIME] = from + size;
  return settle(of);
}
EXPORTED int NAME(fmi3EvaluateDiscreteStates)(void *of) { return of ? OK : ERROR; }
EXPORTED int NAME(fmi3UpdateDiscreteStates)(void *of, bool *again, bool *terminates, bool *nominals, bool *states, bool *planned, double *next) {
  *again = *terminates = *nominals = *states = *planned = false;
  *next = 0.0;
  return of ? OK : ERROR;
}
/* Each output depends on each input. */
EXPORTED int NAME(fmi3GetNumberOfVariableDependencies)(void *of, uint32_t reference, size_t *count) {
  *count = reference >= INPUTS && reference < VARIABLES ? INPUTS : 0;
  return of ? OK : ERROR;
}
EXPORTED int NAME(fmi3GetVariableDependencies)(void *of, uint32_t reference, size_t *elements, uint32_t *inputs, size_t *places, int *kind,
                                               size_t count) {
  if (!of || reference < INPUTS || reference >= VARIABLES || count != INPUTS) return ERROR;
  for (size_t k = 0; k < count; k++) {
    elements[k] = places[k] = 0;
    inputs[k] = (uint32_t)k;
    kind[k] = 5; /* fmi3Dependent */
  }
  return OK;
}
`;

const REFERENCES = ['void *', 'const uint32_t *', 'size_t'];

/** Types that no variable has here. */
const OTHERS: Readonly<Record<string, string>> = {
  ...{ Float32: 'float', Int8: 'int8_t', UInt8: 'uint8_t', Int16: 'int16_t', UInt16: 'uint16_t', Int32: 'int32_t' },
  ...{ UInt32: 'uint32_t', UInt64: 'uint64_t', String: 'const char *' },
};

/** What of FMI 3.0 this model has not: the types of its arguments. */
export const MISSING_3: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    Object.entries(OTHERS).flatMap(([name, type]) => [
      [`fmi3Get${name}`, [...REFERENCES, `${type} *`, 'size_t']],
      [`fmi3Set${name}`, [...REFERENCES, `${type} const *`, 'size_t']],
    ]),
  ),
  fmi3GetBinary: [...REFERENCES, 'size_t *', 'const uint8_t **', 'size_t'],
  fmi3SetBinary: [...REFERENCES, 'const size_t *', 'const uint8_t *const *', 'size_t'],
  fmi3GetClock: [...REFERENCES, 'bool *'],
  fmi3SetClock: [...REFERENCES, 'const bool *'],
  fmi3SerializedFMUStateSize: ['void *', 'void *', 'size_t *'],
  fmi3SerializeFMUState: ['void *', 'void *', 'uint8_t *', 'size_t'],
  fmi3DeserializeFMUState: ['void *', 'const uint8_t *', 'size_t', 'void **'],
  ...Object.fromEntries(
    ['fmi3GetDirectionalDerivative', 'fmi3GetAdjointDerivative'].map((name) => [
      name,
      [...REFERENCES, 'const uint32_t *', 'size_t', 'const double *', 'size_t', 'double *', 'size_t'],
    ]),
  ),
  fmi3EnterConfigurationMode: ['void *'],
  fmi3ExitConfigurationMode: ['void *'],
  fmi3GetIntervalDecimal: [...REFERENCES, 'double *', 'int *'],
  fmi3GetIntervalFraction: [...REFERENCES, 'uint64_t *', 'uint64_t *', 'int *'],
  fmi3GetShiftDecimal: [...REFERENCES, 'double *'],
  fmi3GetShiftFraction: [...REFERENCES, 'uint64_t *', 'uint64_t *'],
  fmi3SetIntervalDecimal: [...REFERENCES, 'const double *'],
  fmi3SetIntervalFraction: [...REFERENCES, 'const uint64_t *', 'const uint64_t *'],
  fmi3SetShiftDecimal: [...REFERENCES, 'const double *'],
  fmi3SetShiftFraction: [...REFERENCES, 'const uint64_t *', 'const uint64_t *'],
  fmi3EnterContinuousTimeMode: ['void *'],
  fmi3CompletedIntegratorStep: ['void *', 'bool', 'bool *', 'bool *'],
  fmi3SetTime: ['void *', 'double'],
  fmi3SetContinuousStates: ['void *', 'const double *', 'size_t'],
  fmi3GetContinuousStateDerivatives: ['void *', 'double *', 'size_t'],
  fmi3GetEventIndicators: ['void *', 'double *', 'size_t'],
  fmi3GetContinuousStates: ['void *', 'double *', 'size_t'],
  fmi3GetNominalsOfContinuousStates: ['void *', 'double *', 'size_t'],
  fmi3GetNumberOfEventIndicators: ['void *', 'size_t *'],
  fmi3GetNumberOfContinuousStates: ['void *', 'size_t *'],
  fmi3GetOutputDerivatives: [...REFERENCES, 'const int32_t *', 'double *', 'size_t'],
  fmi3ActivateModelPartition: ['void *', 'uint32_t', 'double'],
};

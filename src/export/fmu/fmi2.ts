import { instanceC } from './wrapper.ts';

/** FMI 2.0 for co-simulation in C, behind what both versions share. */
export const FMI_2_C = `
/* Who links this source, and not a library, gives functions a prefix. */
#ifndef FMI2_FUNCTION_PREFIX
#define FMI2_FUNCTION_PREFIX
#endif
#define NAME(of) JOIN(FMI2_FUNCTION_PREFIX, of)

typedef struct {
  void (*log)(void *environment, const char *instance, int status, const char *category, const char *message, ...);
  void *(*allocate)(size_t count, size_t size);
  void (*release)(void *memory);
  void (*finished)(void *environment, int status);
  void *environment;
} callbacks;

typedef struct {
  numbers now;
  callbacks with;
  char name[256];
} instance;

static void tell(const instance *of, const char *text) {
  if (of->with.log) of->with.log(of->with.environment, of->name, ERROR, "logStatusError", text);
}
${instanceC('fmi2', 'FMUstate')}
EXPORTED const char *NAME(fmi2GetTypesPlatform)(void) { return "default"; }
EXPORTED const char *NAME(fmi2GetVersion)(void) { return "2.0"; }

EXPORTED void *NAME(fmi2Instantiate)(const char *name, int type, const char *guid, const char *resources, const callbacks *with, int visible,
                                     int logging) {
  (void)resources, (void)visible, (void)logging;
  instance *of = calloc(1, sizeof *of);
  if (!of) return NULL;
  if (with) of->with = *with;
  snprintf(of->name, sizeof of->name, "%s", name ? name : "");
  begin(&of->now);
  if (type == 1 && guid && strcmp(guid, token) == 0) return of;
  tell(of, type == 1 ? "the guid is not that of this model" : "this model is for co-simulation");
  free(of);
  return NULL;
}

EXPORTED int NAME(fmi2SetDebugLogging)(void *of, int on, size_t count, const char *const *categories) {
  (void)of, (void)on, (void)count, (void)categories;
  return OK;
}

EXPORTED int NAME(fmi2SetupExperiment)(void *of, int tolerates, double tolerance, double start, int stops, double stop) {
  (void)tolerates, (void)tolerance, (void)stops, (void)stop;
  ((instance *)of)->now.values[TIME] = start;
  return OK;
}

EXPORTED int NAME(fmi2EnterInitializationMode)(void *of) { return of ? OK : ERROR; }

#define GETTER(name, type, kind, read)                                                            \\
  EXPORTED int NAME(name)(void *of, const unsigned *references, size_t count, type *values) {    \\
    if (access(of, references, count, kind, 0) != OK) return ERROR;                               \\
    for (size_t k = 0; k < count; k++) {                                                          \\
      const double value = ((instance *)of)->now.values[references[k]];                           \\
      values[k] = read;                                                                           \\
    }                                                                                             \\
    return OK;                                                                                    \\
  }
#define SETTER(name, type, kind)                                                                       \\
  EXPORTED int NAME(name)(void *of, const unsigned *references, size_t count, const type *values) {   \\
    if (access(of, references, count, kind, 1) != OK) return ERROR;                                    \\
    for (size_t k = 0; k < count; k++) ((instance *)of)->now.values[references[k]] = (double)values[k]; \\
    return OK;                                                                                         \\
  }
GETTER(fmi2GetReal, double, REAL, value)
GETTER(fmi2GetInteger, int, WHOLE, (int)value)
GETTER(fmi2GetBoolean, int, TRUTH, value > 0.5)
SETTER(fmi2SetReal, double, REAL)
SETTER(fmi2SetInteger, int, WHOLE)
SETTER(fmi2SetBoolean, int, TRUTH)

EXPORTED int NAME(fmi2DoStep)(void *of, double from, double size, int final) {
  (void)final;
  ((instance *)of)->now.values[TIME] = from + size;
  return settle(of);
}
`;

/** What of FMI 2.0 this model has not: the types of its arguments. */
export const MISSING_2: Readonly<Record<string, readonly string[]>> = {
  fmi2GetString: ['void *', 'const unsigned *', 'size_t', 'const char **'],
  fmi2SetString: ['void *', 'const unsigned *', 'size_t', 'const char *const *'],
  fmi2SerializedFMUstateSize: ['void *', 'void *', 'size_t *'],
  fmi2SerializeFMUstate: ['void *', 'void *', 'char *', 'size_t'],
  fmi2DeSerializeFMUstate: ['void *', 'const char *', 'size_t', 'void **'],
  fmi2GetDirectionalDerivative: [
    ...['void *', 'const unsigned *', 'size_t', 'const unsigned *', 'size_t', 'const double *', 'double *'],
  ],
  fmi2SetRealInputDerivatives: ['void *', 'const unsigned *', 'size_t', 'const int *', 'const double *'],
  fmi2GetRealOutputDerivatives: ['void *', 'const unsigned *', 'size_t', 'const int *', 'double *'],
  fmi2CancelStep: ['void *'],
  fmi2GetStatus: ['void *', 'int', 'int *'],
  fmi2GetRealStatus: ['void *', 'int', 'double *'],
  fmi2GetIntegerStatus: ['void *', 'int', 'int *'],
  fmi2GetBooleanStatus: ['void *', 'int', 'int *'],
  fmi2GetStringStatus: ['void *', 'int', 'const char **'],
};

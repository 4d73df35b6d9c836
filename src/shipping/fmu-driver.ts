import type { ExportedModel } from '../export/exported.ts';
import type { FmiVersion } from '../export/fmu/description.ts';
import { type FmuVariable, fmuVariables } from '../export/fmu/variables.ts';

/** Instances that answer in turn. */
const INSTANCES = 3;

interface Version {
  readonly instantiate: string;
  readonly setup: string;
  readonly step: string;
  /** Types of whole numbers and truth values. */
  readonly whole: string;
  readonly truth: string;
  readonly suffix: Readonly<Record<FmuVariable['kind'], string>>;
  /** What stands behind the values when they are set or asked for. */
  readonly count: string;
}

const VERSIONS: Readonly<Record<FmiVersion, Version>> = {
  2: {
    instantiate: `void *(*make)(const char *, int, const char *, const char *, const void *, int, int) = find("fmi2Instantiate");
    struct { void *pointers[5]; } none = {{0}};
    of[k] = make("model", 1, TOKEN, "", &none, 0, 0);`,
    setup: `int (*setup)(void *, int, double, double, int, double) = find("fmi2SetupExperiment");
    int (*enter)(void *) = find("fmi2EnterInitializationMode");
    ok(setup(of[k], 0, 0.0, 0.0, 0, 0.0)), ok(enter(of[k]));`,
    step: `int (*step)(void *, double, double, int) = find("fmi2DoStep");
      ok(step(of[k], time, 0.1, 1));`,
    ...{ whole: 'int', truth: 'int', count: '' },
    suffix: { real: 'Real', integer: 'Integer', choice: 'Integer', boolean: 'Boolean' },
  },
  3: {
    instantiate: `void *(*make)(const char *, const char *, const char *, bool, bool, bool, bool, const uint32_t *, size_t, void *, void *, void *) = find("fmi3InstantiateCoSimulation");
    of[k] = make("model", TOKEN, "", false, false, false, false, NULL, 0, NULL, NULL, NULL);`,
    setup: `int (*enter)(void *, bool, double, double, bool, double) = find("fmi3EnterInitializationMode");
    ok(enter(of[k], false, 0.0, 0.0, false, 0.0));`,
    step: `int (*step)(void *, double, double, bool, bool *, bool *, bool *, double *) = find("fmi3DoStep");
      bool event, terminates, early;
      double reached;
      ok(step(of[k], time, 0.1, true, &event, &terminates, &early, &reached));`,
    ...{ whole: 'int64_t', truth: 'bool', count: ', 1' },
    suffix: { real: 'Float64', integer: 'Int64', choice: 'Int64', boolean: 'Boolean' },
  },
};

/** A program in C that loads an FMU's library and prints the outputs of all points, as an importer gets them. */
export function driverOf(
  model: ExportedModel,
  version: FmiVersion,
  token: string,
  points: readonly (readonly number[])[],
): string {
  const { instantiate, setup, step, whole, truth, suffix, count } = VERSIONS[version];
  const { inputs, outputs } = fmuVariables(model);
  const type = ({ kind }: FmuVariable) => (kind === 'real' ? 'double' : kind === 'boolean' ? truth : whole);
  const extra = version === 3 ? ', size_t' : '';
  const set = (one: FmuVariable, j: number) => `{
        unsigned reference = ${j};
        ${type(one)} value = (${type(one)})points[row][${j}];
        int (*set)(void *, const unsigned *, size_t, const ${type(one)} *${extra}) = find("fmi${version}Set${suffix[one.kind]}");
        ok(set(of[k], &reference, 1, &value${count}));
      }`;
  const get = (one: FmuVariable, k: number) => `{
        unsigned reference = ${inputs.length + k};
        ${type(one)} value;
        int (*get)(void *, const unsigned *, size_t, ${type(one)} *${extra}) = find("fmi${version}Get${suffix[one.kind]}");
        ok(get(of[k], &reference, 1, &value${count}));
        printf("${k === 0 ? '' : ', '}%.17g", (double)value);
      }`;
  return `#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#define TOKEN ${JSON.stringify(token)}
enum { POINTS = ${points.length}, INSTANCES = ${INSTANCES} };
static const double points[][${inputs.length}] = {
${points.map((point) => `  {${point.map((value) => value.toExponential()).join(', ')}}`).join(',\n')}
};
static void *library;
static void *find(const char *name) {
  void *found = dlsym(library, name);
  if (!found) fprintf(stderr, "there is no function %s\\n", name), exit(1);
  return found;
}
static void ok(int status) {
  if (status != 0) fprintf(stderr, "a call answered status %d\\n", status), exit(1);
}
int main(int count, char **arguments) {
  library = dlopen(arguments[count - 1], RTLD_NOW | RTLD_LOCAL);
  if (!library) return fprintf(stderr, "%s\\n", dlerror()), 1;
  void *of[INSTANCES];
  for (int k = 0; k < INSTANCES; k++) {
    ${instantiate}
    if (!of[k]) return fprintf(stderr, "there is no instance\\n"), 1;
    ${setup}
    int (*leave)(void *) = find("fmi${version}ExitInitializationMode");
    ok(leave(of[k]));
  }
  printf("[");
  for (int first = 0; first < POINTS; first += INSTANCES) {
    const double time = 0.1 * (first / INSTANCES);
    /* All are set and stepped before the first is asked. */
    for (int k = 0; k < INSTANCES && first + k < POINTS; k++) {
      const int row = first + k;
      ${inputs.map(set).join('\n      ')}
      ${step}
    }
    for (int k = 0; k < INSTANCES && first + k < POINTS; k++) {
      printf(first + k == 0 ? "[" : ", [");
      ${outputs.map(get).join('\n      ')}
      printf("]");
    }
  }
  printf("]");
  for (int k = 0; k < INSTANCES; k++) {
    int (*end)(void *) = find("fmi${version}Terminate");
    void (*release)(void *) = find("fmi${version}FreeInstance");
    ok(end(of[k]));
    release(of[k]);
  }
  return 0;
}
`;
}

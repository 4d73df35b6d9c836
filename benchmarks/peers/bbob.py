"""The noiseless BBOB functions [Hansen2021] of coco-experiment, and optimizers of other people on them, each with its own defaults and a known budget.

A function is asked by {"f", "instance", "d", "fopt": true} for its least value and by {"f", "instance", "d", "ask": [...]} for its value at a point. With
"system", "budget" and "seed" in place of "ask" an optimizer searches it, and out come its {"values"} in order, without another line for each of them.
"""

import contextlib
import functools
import importlib.util
import json
import os
import sys
import warnings

warnings.filterwarnings("ignore")
channel = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)

# The functions are meant to be searched in this cube.
LOWER, UPPER = -5.0, 5.0


class Spent(Exception):
    """The budget is used up."""


@functools.lru_cache(maxsize=None)
def problem_of(f, instance, d):
    import cocoex

    return cocoex.BareProblem("bbob", f, d, instance)


def by_trust_region(method):
    """Starts in the middle, and wherever chance wants it when a search has ended."""

    def run(evaluate, d, rng, left):
        from scipy.optimize import minimize

        start = d * [0.5 * (LOWER + UPPER)]
        while True:
            minimize(evaluate, start, method=method, bounds=d * [(LOWER, UPPER)], options={"maxiter": left()})
            start = rng.uniform(LOWER, UPPER, d)

    return run


def cma_es(evaluate, d, rng, left):
    import cma

    start = d * [0.5 * (LOWER + UPPER)]
    while True:
        options = {"bounds": [LOWER, UPPER], "seed": int(rng.integers(1, 2**31)), "verbose": -9, "maxfevals": left()}
        search = cma.CMAEvolutionStrategy(start, 0.3 * (UPPER - LOWER), options)
        while not search.stop():
            asked = search.ask()
            search.tell(asked, [evaluate(x) for x in asked])
        start = rng.uniform(LOWER, UPPER, d)


SYSTEMS = {
    "cobyla": ("scipy", by_trust_region("COBYLA")),
    "cobyqa": ("scipy", by_trust_region("COBYQA")),
    "cma-es": ("cma", cma_es),
}


def search(problem, d, system, budget, seed):
    import numpy as np

    np.random.seed(seed)
    values = []

    def evaluate(x):
        if len(values) >= budget:
            raise Spent
        values.append(float(problem(np.clip(x, LOWER, UPPER))))
        return values[-1]

    with contextlib.suppress(Spent):
        SYSTEMS[system][1](evaluate, d, np.random.default_rng(seed), lambda: budget - len(values))
    return values


def answer(request):
    if request.get("systems"):
        return {"systems": [name for name, (module, _) in SYSTEMS.items() if importlib.util.find_spec(module)]}
    problem = problem_of(request["f"], request["instance"], request["d"])
    if request.get("fopt"):
        return {"value": float(problem.best_value())}
    if "ask" in request:
        return {"value": float(problem(request["ask"]))}
    return {"values": search(problem, request["d"], request["system"], request["budget"], request["seed"])}


for line in sys.stdin:
    try:
        message = answer(json.loads(line))
    except Exception as error:
        message = {"error": f"{type(error).__name__}: {error}"}
    channel.write(json.dumps(message) + "\n")

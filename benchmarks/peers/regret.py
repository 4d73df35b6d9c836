"""Other people's optimizers with their default settings, one evaluation at a time, over the unit cube.

Lines of JSON: in come runs {"system", "dimension", "budget", "seed"}; for each, out go points {"u", "milliseconds"} (the time spent on
proposing it), in come their values, and out goes {"done": true} or {"error"} at the end. {"systems": true} asks which systems are installed.
"""

import importlib.util
import json
import os
import sys
import time
import warnings

warnings.filterwarnings("ignore")
# Libraries print what they like: the protocol has a channel of its own.
channel = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)


def send(message):
    channel.write(json.dumps(message) + "\n")
    channel.flush()


class Spent(Exception):
    """The budget is used up."""


class Evaluations:
    """Asks for values, counts them and measures what lies between."""

    def __init__(self, budget):
        self.left = budget
        self.since = time.perf_counter()

    def __call__(self, u):
        if self.left == 0:
            raise Spent
        self.left -= 1
        send({"u": [min(1.0, max(0.0, float(v))) for v in u], "milliseconds": 1000 * (time.perf_counter() - self.since)})
        value = float(json.loads(sys.stdin.readline()))
        self.since = time.perf_counter()
        return value


def optuna_with(make):
    def run(d, budget, seed, evaluate):
        import optuna

        optuna.logging.set_verbosity(optuna.logging.CRITICAL)
        study = optuna.create_study(sampler=make(optuna, seed))
        study.optimize(lambda t: evaluate([t.suggest_float(f"x{j}", 0, 1) for j in range(d)]), n_trials=budget)

    return run


def ax(d, budget, seed, evaluate):
    from ax.api.client import Client
    from ax.api.configs import RangeParameterConfig

    client = Client(random_seed=seed)
    client.configure_experiment(
        parameters=[RangeParameterConfig(name=f"x{j}", parameter_type="float", bounds=(0, 1)) for j in range(d)]
    )
    client.configure_optimization(objective="-f")
    for _ in range(budget):
        for index, point in client.get_next_trials(max_trials=1).items():
            client.complete_trial(trial_index=index, raw_data={"f": evaluate([point[f"x{j}"] for j in range(d)])})


def smt_ego(d, budget, seed, evaluate):
    import numpy as np
    from smt.applications import EGO
    from smt.design_space import DesignSpace
    from smt.surrogate_models import KRG

    space = DesignSpace(np.array([[0.0, 1.0]] * d), seed=seed)
    start = max(5, d + 1)
    ego = EGO(
        n_iter=budget - start,
        n_doe=start,
        criterion="EI",
        surrogate=KRG(design_space=space, print_global=False),
        seed=seed,
    )
    ego.optimize(fun=lambda x: np.array([[evaluate(row)] for row in np.atleast_2d(x)]))


def egobox(d, budget, seed, evaluate):
    import egobox as egx
    import numpy as np

    egor = egx.Egor([[0.0, 1.0]] * d, seed=seed)
    start = max(5, d + 1)
    egor.minimize(lambda x: np.array([[evaluate(row)] for row in np.atleast_2d(x)]), max_iters=budget - start)


def hebo(d, budget, seed, evaluate):
    import numpy as np
    from hebo.design_space.design_space import DesignSpace
    from hebo.optimizers.hebo import HEBO

    space = DesignSpace().parse([{"name": f"x{j}", "type": "num", "lb": 0, "ub": 1} for j in range(d)])
    search = HEBO(space, scramble_seed=seed)
    for _ in range(budget):
        point = search.suggest(n_suggestions=1)
        search.observe(point, np.array([[evaluate(point.values[0])]]))


def cma_es(d, budget, seed, evaluate):
    import cma

    while evaluate.left > 0:
        options = {"bounds": [0, 1], "seed": seed + 1 + 1000 * evaluate.left, "verbose": -9, "maxfevals": evaluate.left}
        search = cma.CMAEvolutionStrategy(d * [0.5], 0.3, options)
        while not search.stop() and evaluate.left > 0:
            asked = search.ask()
            search.tell(asked, [evaluate(u) for u in asked])


SYSTEMS = {
    "optuna-gp": ("optuna", optuna_with(lambda optuna, seed: optuna.samplers.GPSampler(seed=seed))),
    "optuna-tpe": ("optuna", optuna_with(lambda optuna, seed: optuna.samplers.TPESampler(seed=seed))),
    "ax": ("ax", ax),
    "smt-ego": ("smt", smt_ego),
    "egobox": ("egobox", egobox),
    "hebo": ("hebo", hebo),
    "cma-es": ("cma", cma_es),
}


def seed_everything(seed):
    import random

    import numpy as np

    random.seed(seed)
    np.random.seed(seed)
    if importlib.util.find_spec("torch"):
        import torch

        torch.manual_seed(seed)
        torch.set_num_threads(1)


for line in sys.stdin:
    request = json.loads(line)
    if request.get("systems"):
        send({"systems": [name for name, (module, _) in SYSTEMS.items() if importlib.util.find_spec(module)]})
        continue
    seed_everything(request["seed"])
    try:
        SYSTEMS[request["system"]][1](request["dimension"], request["budget"], request["seed"], Evaluations(request["budget"]))
        send({"done": True})
    except Spent:
        send({"done": True})
    except Exception as error:
        send({"error": f"{type(error).__name__}: {error}"})

"""Other people's optimizers of one objective with their default settings."""

from protocol import serve


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


def with_defaults(run):
    return lambda request, evaluate: run(request["dimension"], request["budget"], request["seed"], evaluate)


serve({name: (module, with_defaults(run)) for name, (module, run) in SYSTEMS.items()})

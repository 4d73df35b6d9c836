"""The peers of the accuracy benchmark: reads requests as lines of JSON, {file, model}, and answers each with a line of JSON.

The file holds the design and the test set in the unit cube, {x, y, test}; the answer is {mean, deviation, fitSeconds, predictSeconds,
fitProcessorSeconds, predictProcessorSeconds}, or {error}. `--list` prints the names of the models that are installed. Every model has its library's default settings but for
what its name or a comment says.
"""

import contextlib
import importlib.util
import json
import os
import sys
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ.setdefault(name, "1")
warnings.filterwarnings("ignore")

import numpy as np


def smt(correlation):
    from smt.surrogate_models import KRG

    def fit(x, y):
        model = KRG(corr=correlation, print_global=False, seed=0)
        model.set_training_values(x, y[:, None])
        model.train()
        return lambda t: (model.predict_values(t)[:, 0], np.sqrt(np.maximum(0, model.predict_variances(t)[:, 0])))

    return fit


def sklearn_gp(kernel):
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern

    def fit(x, y):
        d = x.shape[1]
        # The default bounds of 1e-5 let the lengthscales collapse on half of the functions: as its users do, they are set to the cube's size.
        lengths = (np.full(d, 0.5), (1e-2, 1e2))
        shape = Matern(*lengths, nu=2.5) if kernel == "matern" else RBF(*lengths)
        kernel_ = ConstantKernel(1, (1e-3, 1e3)) * shape
        model = GaussianProcessRegressor(kernel_, normalize_y=True, n_restarts_optimizer=2, random_state=0).fit(x, y)
        return lambda t: model.predict(t, return_std=True)

    return fit


def sklearn_trees():
    from sklearn.ensemble import ExtraTreesRegressor

    def fit(x, y):
        model = ExtraTreesRegressor(random_state=0).fit(x, y)
        return lambda t: (model.predict(t), None)

    return fit


def openturns_gp(kernel):
    import openturns as ot

    def fit(x, y):
        d = x.shape[1]
        covariance = ot.MaternModel([1.0] * d, 2.5) if kernel == "matern" else ot.SquaredExponential([1.0] * d, [1.0])
        sample, values = ot.Sample(x), ot.Sample(y[:, None])
        fitter = ot.GaussianProcessFitter(sample, values, covariance, ot.ConstantBasisFactory(d).build())
        fitter.run()
        regression = ot.GaussianProcessRegression(fitter.getResult())
        regression.run()
        result = regression.getResult()

        def predict(t):
            mean = np.asarray(result.getMetaModel()(ot.Sample(t)))[:, 0]
            conditional = ot.GaussianProcessConditionalCovariance(result)
            variance = np.asarray(conditional.getConditionalMarginalVariance(ot.Sample(t)))[:, 0]
            return mean, np.sqrt(np.maximum(0, variance))

        return predict

    return fit


def openturns_chaos():
    import openturns as ot

    def fit(x, y):
        d = x.shape[1]
        law = ot.JointDistribution([ot.Uniform(0, 1)] * d)
        chaos = ot.FunctionalChaosAlgorithm(ot.Sample(x), ot.Sample(y[:, None]), law)
        chaos.run()
        model = chaos.getResult().getMetaModel()
        return lambda t: (np.asarray(model(ot.Sample(t)))[:, 0], None)

    return fit


def botorch_gp():
    import torch
    from botorch.fit import fit_gpytorch_mll
    from botorch.models import SingleTaskGP
    from gpytorch.mlls import ExactMarginalLogLikelihood

    torch.set_num_threads(1)

    def fit(x, y):
        model = SingleTaskGP(torch.tensor(x), torch.tensor(y[:, None]))
        fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))

        def predict(t):
            with torch.no_grad():
                posterior = model.posterior(torch.tensor(t))
            return posterior.mean.numpy()[:, 0], posterior.variance.sqrt().numpy()[:, 0]

        return predict

    return fit


def egobox_gp(correlation):
    import egobox

    def fit(x, y):
        spec = getattr(egobox.CorrelationSpec, correlation)
        model = egobox.Gpx.builder(corr_spec=spec, seed=0).fit(x, y[:, None])
        return lambda t: (np.asarray(model.predict(t)).reshape(-1), np.sqrt(np.maximum(0, np.asarray(model.predict_var(t)).reshape(-1))))

    return fit


MODELS = {
    "smt": {"KRG squared exponential": lambda: smt("squar_exp"), "KRG Matern 5/2": lambda: smt("matern52")},
    "sklearn": {
        "GP Matern 5/2": lambda: sklearn_gp("matern"),
        "GP RBF": lambda: sklearn_gp("rbf"),
        "ExtraTrees": sklearn_trees,
    },
    "openturns": {
        "GP Matern 5/2": lambda: openturns_gp("matern"),
        "GP squared exponential": lambda: openturns_gp("se"),
        "polynomial chaos": openturns_chaos,
    },
    "botorch": {"SingleTaskGP": botorch_gp},
    "egobox": {
        "GP squared exponential": lambda: egobox_gp("SQUARED_EXPONENTIAL"),
        "GP Matern 5/2": lambda: egobox_gp("MATERN52"),
    },
}


def answer(request, memory):
    if memory.get("file") != request["file"]:
        with open(request["file"]) as file:
            memory["data"] = {key: np.array(value, dtype=float) for key, value in json.load(file).items()}
        memory["file"] = request["file"]
    data = memory["data"]
    with contextlib.redirect_stdout(sys.stderr):
        fit = MODELS[request["system"]][request["model"]]()
        clocks = [(time.perf_counter(), time.process_time())]
        predict = fit(data["x"], data["y"])
        clocks.append((time.perf_counter(), time.process_time()))
        mean, deviation = predict(data["test"])
        clocks.append((time.perf_counter(), time.process_time()))
    (fit_wall, fit_processor), (predict_wall, predict_processor) = np.diff(clocks, axis=0).tolist()
    return {
        "mean": np.asarray(mean, dtype=float).tolist(),
        "deviation": None if deviation is None else np.asarray(deviation, dtype=float).tolist(),
        "fitSeconds": fit_wall,
        "predictSeconds": predict_wall,
        "fitProcessorSeconds": fit_processor,
        "predictProcessorSeconds": predict_processor,
    }


def main():
    if "--list" in sys.argv:
        found = [s for s in MODELS if importlib.util.find_spec(s)]
        print(json.dumps([{"system": s, "model": m} for s in found for m in MODELS[s]]))
        return
    memory = {}
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line), memory)
        except Exception as error:  # a peer that fails on some data is a result
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


main()

"""What other people's optimizers take for one proposal when they already know many rows; the request's "known" holds them."""

from protocol import serve


def optuna_gp(request, evaluate):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    d, known = request["dimension"], request["known"]
    study = optuna.create_study(sampler=optuna.samplers.GPSampler(seed=request["seed"]))
    ranges = {f"x{j}": optuna.distributions.FloatDistribution(0, 1) for j in range(d)}
    for u, value in zip(known["x"], known["y"]):
        params = {f"x{j}": u[j] for j in range(d)}
        study.add_trial(optuna.trial.create_trial(params=params, distributions=ranges, value=value))
    study.optimize(
        lambda t: evaluate([t.suggest_float(f"x{j}", 0, 1) for j in range(d)]), n_trials=request["budget"]
    )


def botorch(request, evaluate):
    """Log expected improvement on a Gaussian process, one point at a time, as in BoTorch's tutorial."""
    import torch
    from botorch import fit_gpytorch_mll
    from botorch.acquisition import LogExpectedImprovement
    from botorch.models import SingleTaskGP
    from botorch.models.transforms import Standardize
    from botorch.optim import optimize_acqf
    from gpytorch.mlls import ExactMarginalLogLikelihood

    d, known = request["dimension"], request["known"]
    bounds = torch.stack([torch.zeros(d), torch.ones(d)]).double()
    x = torch.tensor(known["x"], dtype=torch.double)
    y = -torch.tensor(known["y"], dtype=torch.double)[:, None]
    for _ in range(request["budget"]):
        model = SingleTaskGP(x, y, outcome_transform=Standardize(m=1))
        fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
        acquisition = LogExpectedImprovement(model, best_f=y.max())
        found, _ = optimize_acqf(acquisition, bounds=bounds, q=1, num_restarts=10, raw_samples=512)
        value = evaluate(found[0].detach().tolist())
        x = torch.cat([x, found.detach()])
        y = torch.cat([y, torch.tensor([[-value]], dtype=torch.double)])


serve({"optuna-gp": ("optuna", optuna_gp), "botorch": ("botorch", botorch)})

"""Other people's optimizers of several objectives, all to be minimized subject to constraints g <= 0, without a reference."""

from protocol import serve


def botorch(request, evaluate):
    """qLogNEHVI on independent Gaussian processes, one point at a time, as in BoTorch's tutorial, up to the reference that it infers."""
    import torch
    from botorch import fit_gpytorch_mll
    from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
    from botorch.acquisition.multi_objective.objective import IdentityMCMultiOutputObjective
    from botorch.models import ModelListGP, SingleTaskGP
    from botorch.models.transforms import Standardize
    from botorch.optim import optimize_acqf
    from botorch.sampling.normal import SobolQMCNormalSampler
    from botorch.utils.multi_objective.hypervolume import infer_reference_point
    from botorch.utils.multi_objective.pareto import is_non_dominated
    from gpytorch.mlls import SumMarginalLogLikelihood

    d, m, seed = request["dimension"], request["objectives"], request["seed"]
    bounds = torch.stack([torch.zeros(d), torch.ones(d)]).double()
    x = torch.quasirandom.SobolEngine(d, scramble=True, seed=seed).draw(2 * (d + 1)).double()

    def answer(u):
        values = torch.tensor(evaluate(u.tolist()), dtype=torch.double)
        return torch.cat([-values[:m], values[m:]])

    y = torch.stack([answer(u) for u in x])

    def reference():
        feasible = (y[:, m:] <= 0).all(dim=-1)
        known = y[feasible if feasible.any() else slice(None), :m]
        return infer_reference_point(known[is_non_dominated(known)])

    constraints = [lambda z, k=k: z[..., k] for k in range(m, y.shape[1])]
    while True:
        model = ModelListGP(
            *[SingleTaskGP(x, y[:, k : k + 1], outcome_transform=Standardize(m=1)) for k in range(y.shape[1])]
        )
        fit_gpytorch_mll(SumMarginalLogLikelihood(model.likelihood, model))
        acquisition = qLogNoisyExpectedHypervolumeImprovement(
            model=model,
            ref_point=reference(),
            X_baseline=x,
            sampler=SobolQMCNormalSampler(sample_shape=torch.Size([128]), seed=seed),
            objective=IdentityMCMultiOutputObjective(outcomes=list(range(m))),
            constraints=constraints or None,
            prune_baseline=True,
        )
        found, _ = optimize_acqf(acquisition, bounds=bounds, q=1, num_restarts=10, raw_samples=512)
        x = torch.cat([x, found.detach()])
        y = torch.cat([y, answer(found[0].detach())[None]])


def ax(request, evaluate):
    from ax.api.client import Client
    from ax.api.configs import RangeParameterConfig

    d, m = request["dimension"], request["objectives"]
    client = Client(random_seed=request["seed"])
    client.configure_experiment(
        parameters=[RangeParameterConfig(name=f"x{j}", parameter_type="float", bounds=(0, 1)) for j in range(d)]
    )
    constraints = [f"g{k} <= 0" for k in range(request["constraints"])]
    client.configure_optimization(
        objective=", ".join(f"-f{k}" for k in range(m)), outcome_constraints=constraints
    )
    for _ in range(request["budget"]):
        for index, point in client.get_next_trials(max_trials=1).items():
            values = evaluate([point[f"x{j}"] for j in range(d)])
            names = [f"f{k}" for k in range(m)] + [f"g{k}" for k in range(request["constraints"])]
            client.complete_trial(trial_index=index, raw_data=dict(zip(names, values)))


serve({"botorch-qlognehvi": ("botorch", botorch), "ax": ("ax", ax)})

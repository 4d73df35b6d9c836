"""One fit of scikit-learn on data from standard input, once for each line that asks for it; see learners.ts.

A request is {"learner", "n", "d", "options"} and a line of base64 doubles: x, y, test x, test y. The answer is
{"milliseconds", "rmse"}; the time is that of the process, so that other programs do not count.
"""
import base64
import json
import sys
import time

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

# Milliseconds that are measured at least: short fits are repeated.
LEAST = 300


def network(**options):
    """A network on standardized inputs and outputs, as imago's are."""
    return TransformedTargetRegressor(make_pipeline(StandardScaler(), MLPRegressor(**options)), transformer=StandardScaler())


LEARNERS = {
    "network": network,
    "cart": DecisionTreeRegressor,
    "boosting": HistGradientBoostingRegressor,
    "forest": RandomForestRegressor,
    "extra": ExtraTreesRegressor,
}

for line in sys.stdin:
    request = json.loads(line)
    n, d = request["n"], request["d"]
    numbers = np.frombuffer(base64.b64decode(sys.stdin.readline()), dtype=np.float64)
    x, y = numbers[: n * d].reshape(n, d), numbers[n * d : n * d + n]
    rest = numbers[n * d + n :]
    m = len(rest) // (d + 1)
    model = LEARNERS[request["learner"]](**request["options"])
    start, fits, milliseconds = time.process_time(), 0, 0.0
    while milliseconds < LEAST:
        model.fit(x, y)
        fits += 1
        milliseconds = 1e3 * (time.process_time() - start)
    error = model.predict(rest[: m * d].reshape(m, d)) - rest[m * d :]
    print(json.dumps({"milliseconds": milliseconds / fits, "rmse": float(np.sqrt(np.mean(error**2)))}), flush=True)

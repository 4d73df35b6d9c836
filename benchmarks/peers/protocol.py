"""The protocol between imago's benchmarks and other people's optimizers: one evaluation at a time, over the unit cube.

Lines of JSON: in come runs {"system", "dimension", "budget", "seed", ...}; for each, out go points {"u", "milliseconds", "processor"} (the time spent
on proposing it, and that of the processor), in come what they are worth (a number, or a list of them), and out goes {"done": true} or {"error"} at the end.
{"systems": true} asks which systems are installed.
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
        self.start()

    def start(self):
        self.since, self.used = time.perf_counter(), time.process_time()

    def __call__(self, u):
        if self.left == 0:
            raise Spent
        self.left -= 1
        wall, processor = 1000 * (time.perf_counter() - self.since), 1000 * (time.process_time() - self.used)
        send({"u": [min(1.0, max(0.0, float(v))) for v in u], "milliseconds": wall, "processor": processor})
        value = json.loads(sys.stdin.readline())
        self.start()
        return [float(one) for one in value] if isinstance(value, list) else float(value)


def seed_everything(seed):
    import random

    import numpy as np

    random.seed(seed)
    np.random.seed(seed)
    if importlib.util.find_spec("torch"):
        import torch

        torch.manual_seed(seed)
        torch.set_num_threads(1)


def serve(systems):
    """Answers requests; `systems` holds for each name the module that it needs and a function of (request, evaluate)."""
    for line in sys.stdin:
        request = json.loads(line)
        if request.get("systems"):
            send({"systems": [name for name, (module, _) in systems.items() if importlib.util.find_spec(module)]})
            continue
        seed_everything(request["seed"])
        try:
            systems[request["system"]][1](request, Evaluations(request["budget"]))
            send({"done": True})
        except Spent:
            send({"done": True})
        except Exception as error:
            send({"error": f"{type(error).__name__}: {error}"})

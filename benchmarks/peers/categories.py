"""SMT's kernels of categories: reads {levels, x, y, test} from the standard input, writes [{kernel, mean, seconds}].

Categories are numbers of their levels, all else is in the unit cube; every kernel has the default settings of SMT.
"""

import contextlib
import json
import os
import sys
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
warnings.filterwarnings("ignore")

import numpy as np
from smt.design_space import CategoricalVariable, DesignSpace, FloatVariable
from smt.surrogate_models import KRG, MixIntKernelType

data = json.load(sys.stdin)
x, y, test = (np.array(data[name], dtype=float) for name in ("x", "y", "test"))
answers = []
with contextlib.redirect_stdout(sys.stderr):
    for kernel in ("GOWER", "EXP_HOMO_HSPHERE", "HOMO_HSPHERE"):
        space = DesignSpace([CategoricalVariable([str(i) for i in range(c)]) if c else FloatVariable(0, 1) for c in data["levels"]])
        start = time.perf_counter()
        try:
            model = KRG(design_space=space, categorical_kernel=MixIntKernelType[kernel], corr="squar_exp", print_global=False, seed=0)
            model.set_training_values(x, y[:, None])
            model.train()
            mean = model.predict_values(test)[:, 0].tolist()
        except Exception as error:
            print(kernel, error, file=sys.stderr)
            continue
        answers.append({"kernel": kernel, "mean": mean, "seconds": time.perf_counter() - start})
print(json.dumps(answers))

"""Run random programs of valid and invalid calls, and report what must not happen.

`make soak` runs them for ten minutes, `tools/soak.py 60` for one minute. A program
consists of statements, which a seed chooses. It must keep these promises:

* a call that fails leaves the network, the trainer and the optimizer as they were;
* it fails with an error that the package documents, and no warning escapes;
* no parameter becomes nan or infinite without an error;
* the results are those of a new network that is given only the calls that succeed.

Each kind of violation is printed once, with the shortest program that shows it.
"""

import contextlib
import io
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.random import RandomState

import scratchdl

DOCUMENTED = TypeError, ValueError, RuntimeError, OSError
INVALID = 0.07  # Share of the arguments that are chosen from the second list.
# By the word that stands for an argument: valid and invalid choices.
ARGUMENTS = {
    "<X>": (
        ["X", "X", "10 * X", "X[:4]", "X[:1]", "X.astype('f4')", "X.astype(int)"],
        ["X.tolist()", "None", "X[0]", "X[:, :2]", "X[:0]", "X[..., None]", "X * 1j",
         "X.astype(str)", "X.astype(object)", "last(X, np.nan)", "last(X, np.inf)",
         "last(X, 1e300)", "np.ma.array(X)"],
    ),
    "<Y>": (
        ["Y"],
        ["Y.tolist()", "None", "Y[:, 0]", "Y[:, :1]", "Y.argmax(axis=1)", "Y[:3]",
         "last(Y, np.nan)", "last(Y, np.inf)", "last(Y, 1e200)", "last(Y, 0.5)"],
    ),
    "<int>": (["1", "2", "3", "5"], ["0", "-1", "2.5", "None", "True", "'3'"]),
    "<seed>": (["0", "1", "7"], ["-1", "2**32", "1.5"]),
    "<bool>": (["True", "False"], []),
    "<rate>": (["0.0", "0.001", "0.1"], ["-1", "'0.1'", "np.inf", "1e6", "1e200"]),
    "<share>": (["0.5", "0.9"], ["0", "1.5", "None"]),
    "<act>": (["Sigmoid()", "Tanh()", "ReLU()", "Linear()"], ["Sigmoid", "'tanh'"]),
    "<array>": (
        ["p / 2", "p * 0", "np.ones(p.shape, 'f4')", "np.ones(p.shape, int)"],
        ["p.tolist()", "p[0]", "None", "p[:, :1]", "p.astype(object)"],
    ),
    "<value>": (["p / 2", "0.5"], ["X[0]", "'W'"]),
    "<optim>": (
        ["SGD(<rate>)", "SGDMomentum(<rate>, momentum=<share>)",
         "SGDMomentum(<rate>, final_lr=<rate>, decay_type='linear')",
         "SGDMomentum(<rate>, final_lr=<rate>, decay_type='exponential')"],
        ["SGD", "None", "net"],
    ),
    "<layer>": (
        ["Dense(<int>, <act>)", "GlorotDense(<int>, <act>)",
         "GlorotDense(<int>, <act>, keep_prob=<share>)"],
        ["Sigmoid()", "Dense"],
    ),
    "<loss>": (["MeanSquaredError()", "SoftmaxCrossEntropy()"], []),
}  # fmt: skip
START = [
    "net = NeuralNetwork([<layer>, <layer>, Dense(2)], <loss>, seed=<seed>)",
    "trainer = Trainer(net, SGD(0.1))",
]
FIT = """trainer.fit(<X>, <Y>, <X>, <Y>, epochs=<int>, eval_every=<int>,
    batch_size=<int>, seed=<seed>, restart=<bool>, early_stopping=<bool>)"""
CALLS = [
    *["net.train_batch(<X>, <Y>)", "trainer.optim.step()", FIT] * 4,
    *["net.forward(X)", "trainer = Trainer(net, <optim>)"] * 2,
    "trainer.optim.lr = <rate>",
    "p = next(net.params()); p[...] = <value>",
    "for p in net.layers[0].params[:1]: net.layers[0].params[0] = <array>",
    "net.layers[1].params = [<array> for p in net.layers[1].params]",
    "for op in net.layers[2].operations[:2]: p = op.param; op.param = <array>",
    "net.layers[1].reset()",
    "net.save(path)",
    "net.load(path)",
    "list(trainer.generate_batches(<X>, <Y>, <int>))",
    "eval_regression_model(net, <X>, <Y>)",
]
# A check takes as long as a thousand other calls.
CALLS = CALLS * 20 + ["check_gradients(net, <X>, <Y>)"]
DIFFERS = "a new network that is given the same valid calls differs"


def filled(template, rng, invalid=INVALID):
    """Replace each word in angle brackets by one of its choices."""
    while "<" in template:
        start = template.index("<")
        word = template[start : template.index(">") + 1]
        good, bad = ARGUMENTS[word]
        choice = rng.choice(bad if bad and rng.random() < invalid else good)
        template = template[:start] + choice + template[start + len(word) :]
    return template


def program(seed):
    """Return the statements that a seed chooses; the first two always succeed."""
    rng = random.Random(seed)
    start = [filled(statement, rng, invalid=0) for statement in START]
    return start, [filled(rng.choice(CALLS), rng) for _ in range(rng.randint(2, 12))]


def last(array, value):
    """Return a copy of an array with a different value in its last place."""
    array = array.astype(float)
    array[-1, -1] = value
    return array


def frozen(value):
    """Return a value as something that can be compared, numbers exactly."""
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, value.tobytes()
    if isinstance(value, dict):
        return {name: frozen(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [frozen(item) for item in value]
    return repr(value)


def state(names):
    """Return all that a call that fails must leave alone."""
    net, trainer = names["net"], names["trainer"]
    memory = {name: v for name, v in vars(trainer.optim).items() if name != "net"}
    return {
        "parameters": frozen([layer.params for layer in net.layers]),
        "parameter arrays": [[id(p) for p in layer.params] for layer in net.layers],
        "layers": [(layer.first, len(layer.operations)) for layer in net.layers],
        "training switches": [
            getattr(op, "training", None) for lay in net.layers for op in lay.operations
        ],
        "history": frozen(trainer.history),
        "epoch": trainer.epoch,
        "optimizer": frozen(memory),
    }


def is_finite(names):
    params = (param for layer in names["net"].layers for param in layer.params)
    return all(np.all(np.isfinite(param)) for param in params)


def call(statement, names):
    """Run a statement; return its result and the error that it raised, if any."""
    code, mode = statement, "exec"
    with contextlib.suppress(SyntaxError):
        code, mode = compile(statement, statement, "eval"), "eval"
    kept = dict(names)
    try:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            result = eval(code, names) if mode == "eval" else exec(code, names)
        return [frozen(result), printed.getvalue()], None
    except Exception as error:
        names.clear()
        names.update(kept)
        return None, error


def fault(error, before, names):
    """Return what a call has done that it must not do."""
    if isinstance(error, Warning):
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"the warning {str(error)!r} escapes from {where.name}"
    if error is None:
        return None if is_finite(names) else "parameters are not finite, and no error"
    if not isinstance(error, DOCUMENTED):
        return f"{type(error).__name__} is not documented"
    after = state(names)
    changed = [name for name in after if after[name] != before[name]]
    return f"an error changes: {', '.join(changed)}" if changed else None


def run(start, calls, counts=None):
    """Return the first violation of a program, if there is one, and its call's name."""
    results, succeeded = [], []
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        names = world(folder, start)
        for statement in calls:
            before = state(names)
            result, error = call(statement, names)
            if counts is not None:
                counts.update(calls=1, failed=error is not None)
            if found := fault(error, before, names):
                return name_of(statement), found
            if error is None:
                succeeded.append(statement)
                results.append(result)
        end = state(names)
        Path(names["path"]).unlink(missing_ok=True)
        names = world(folder, start)
        for statement, result in zip(succeeded, results, strict=True):
            if call(statement, names) != (result, None):
                return name_of(statement), DIFFERS
        again = state(names) | {"parameter arrays": end["parameter arrays"]}
    return None if again == end else ("the last state", DIFFERS)


def name_of(statement):
    """Return the part of a statement before its arguments."""
    return statement.partition("<")[0].partition("(")[0].partition(" = ")[0]


def world(folder, start):
    """Return the names of a program after its first statements."""
    X, rows = RandomState(3).randn(6, 3), RandomState(4).randint(2, size=6)
    names = {"np": np, "X": X, "Y": np.eye(2)[rows], "last": last, **vars(scratchdl)}
    names["path"] = str(Path(folder) / "net.npz")
    for statement in start:
        exec(statement, names)
    return names


def shortest(start, calls, found):
    """Return the calls without those that the violation does not need."""
    for number in reversed(range(len(calls))):
        fewer = calls[:number] + calls[number + 1 :]
        if run(start, fewer) == found:
            calls = fewer
    return calls


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600
    end, seed = time.monotonic() + seconds, 0
    counts, violations = Counter(), Counter()
    while time.monotonic() < end:
        start, calls = program(seed)
        found = run(start, calls, counts)
        if found and found not in violations:
            calls = shortest(start, calls, found)
            print(f"Seed {seed}: {found[0]}: {found[1]}", *start, *calls, "", sep="\n")
        violations.update([found] if found else [])
        seed += 1
    print(
        f"{seed} programs, {counts['calls']} calls, {counts['failed']} of them failed; "
        f"{len(violations)} kinds of violations in {violations.total()} programs."
    )
    for (name, what), count in violations.most_common():
        print(f"{count:6} {name}: {what}")
    sys.exit(bool(violations))


if __name__ == "__main__":
    main()

"""Measure a training step: this package's, a bare NumPy one, PyTorch's, scikit-learn's.

`make bench` prints the times as ratios and fails if a target is missed. Nothing else
should run meanwhile. `tools/bench.py --store` also writes timings.csv for chapter 13.
"""

import csv
import sys
import time
import warnings
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

from scratchdl import (
    SGD,
    Dense,
    MeanSquaredError,
    NeuralNetwork,
    Sigmoid,
    assert_same_shape,
)
from scratchdl.show import median_time, profile_step

# Widths from inputs to outputs, rows in a batch, and the targets: the most that a step
# may take as a multiple of the floor's time and, for small networks, of PyTorch's.
NETWORKS = {
    "13-1": (32, 2.6, 0.5),
    "13-13-1": (32, 2.2, 0.5),
    "13-13-13-1": (32, 2.1, 0.5),
    "64-128-128-1": (64, 1.3, None),
    "784-256-128-1": (128, 1.15, None),
    "784-1024-1024-1": (256, 1.15, None),
}
PRECISIONS = "float64", "float32"
LR = 1e-4
TURNS, SECONDS = 4, 0.25  # turns of each side, and duration of each turn
STORED = Path(__file__).parents[1] / "scratchdl" / "data" / "timings.csv"


def scratchdl(weights, biases, x, y):
    """Return a training step of this package."""
    net, optimizer = network(weights, biases, x)

    def step():
        loss = net.train_batch(x, y)
        optimizer.step()
        return loss

    return step


def network(weights, biases, x):
    """Return this package's network with these parameters, and its optimizer."""
    layers = [Dense(W.shape[1], Sigmoid()) for W in weights[:-1]]
    net = NeuralNetwork([*layers, Dense(1)], MeanSquaredError())
    net.forward(x)
    values = [array for pair in zip(weights, biases, strict=True) for array in pair]
    for param, value in zip(net.params(), values, strict=True):
        param[...] = value
    optimizer = SGD(lr=LR)
    optimizer.net = net
    return net, optimizer


def floor(weights, biases, x, y):
    """Return a step of NumPy calls alone: without checks, and all results in place."""
    rows = len(x)
    outputs, grads, factors = (
        [np.empty((rows, W.shape[1]), x.dtype) for W in weights] for _ in range(3)
    )
    W_grads, B_grads = map(np.empty_like, weights), map(np.empty_like, biases)
    inputs = [x, *outputs[:-1]]
    layers = [*zip(weights, biases, inputs, outputs, W_grads, B_grads, strict=True)]

    def step():
        for W, B, input_, output, _, _ in layers:
            np.matmul(input_, W, out=output)
            np.add(output, B, out=output)
            if W is not weights[-1]:
                np.negative(output, out=output)
                np.exp(output, out=output)
                np.add(output, 1.0, out=output)
                np.divide(1.0, output, out=output)
        np.subtract(outputs[-1], y, out=grads[-1])
        np.multiply(grads[-1], grads[-1], out=factors[-1])
        loss = np.add.reduce(factors[-1], axis=None) / rows
        np.multiply(grads[-1], 2.0 / rows, out=grads[-1])
        for number in range(len(layers) - 1, -1, -1):
            W, B, input_, output, W_grad, B_grad = layers[number]
            grad, factor = grads[number], factors[number]
            if W is not weights[-1]:
                np.subtract(1.0, output, out=factor)
                np.multiply(grad, output, out=grad)
                np.multiply(grad, factor, out=grad)
            np.matmul(input_.T, grad, out=W_grad)
            np.add.reduce(grad, axis=0, keepdims=True, out=B_grad)
            if number:
                np.matmul(grad, W.T, out=grads[number - 1])
            for param, param_grad in ((W, W_grad), (B, B_grad)):
                np.multiply(param_grad, LR, out=param_grad)
                np.subtract(param, param_grad, out=param)
        return float(loss)

    return step


def torch(weights, biases, x, y):
    """Return a step of PyTorch, without compilation."""
    import torch

    modules = []
    for W, B in zip(weights, biases, strict=True):
        linear = torch.nn.Linear(*W.shape)
        linear.weight = torch.nn.Parameter(torch.tensor(W.T))
        linear.bias = torch.nn.Parameter(torch.tensor(B[0]))
        modules += [linear, torch.nn.Sigmoid()]
    model = torch.nn.Sequential(*modules[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)
    criterion = torch.nn.MSELoss()
    x, y = torch.tensor(x), torch.tensor(y)

    def step():
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def sklearn(weights, biases, x, y):
    """Return a step of scikit-learn."""
    from sklearn.neural_network import MLPRegressor

    model = MLPRegressor(
        hidden_layer_sizes=[len(W) for W in weights[1:]],
        activation="logistic",
        solver="sgd",
        alpha=0,
        learning_rate_init=2 * LR,
        momentum=0,
        nesterovs_momentum=False,
        batch_size=len(x),
        shuffle=False,
    )
    model.partial_fit(x, y[:, 0])
    values = [*weights, *(B[0] for B in biases)]
    for param, value in zip(model.coefs_ + model.intercepts_, values, strict=True):
        param[...] = value

    def step():
        model.partial_fit(x, y[:, 0])
        return 2 * model.loss_

    return step


SIDES = scratchdl, floor, torch, sklearn


def start(name, precision):
    """Return the arrays that each side starts from: weights, biases, and a batch."""
    rng = np.random.RandomState(1)
    widths = [int(width) for width in name.split("-")]
    rows = NETWORKS[name][0]
    shapes = list(zip(widths, widths[1:], strict=False))
    weights = [(rng.randn(*s) / s[0] ** 0.5).astype(precision) for s in shapes]
    biases = [rng.randn(1, neurons).astype(precision) for _, neurons in shapes]
    x, y = rng.randn(rows, widths[0]), rng.randn(rows, 1)
    return weights, biases, x.astype(precision), y.astype(precision)


def step_times(name, precision):
    """Return the median time of each side's step, in seconds; the sides take turns."""
    steps = [side(*start(name, precision)) for side in SIDES]
    for _ in range(3):  # Each returns the loss of its batch, before the update.
        losses = [step() for step in steps]
        assert np.ptp(losses) < 1e-4 * losses[0], losses
    times = [[] for _ in steps]
    for _ in range(TURNS):
        for step, measured in zip(steps, times, strict=True):
            time.sleep(SECONDS)  # The other sides' threads stop waiting for work.
            median_time(step, SECONDS)  # Fills the caches, and does not count.
            measured.append(median_time(step, SECONDS))
    return {side.__name__: median(t) for side, t in zip(SIDES, times, strict=True)}


def sigmoid_in_place(x):
    """Return the sigmoid of each entry, computed in one array as in chapter 13."""
    result = -1.0 * x
    np.exp(result, out=result)
    np.add(1.0, result, out=result)
    return np.divide(1.0, result, out=result)


def single_calls():
    """Yield the calls that chapter 13 compares: measurement, case, and function."""
    rng = np.random.RandomState(1)
    for power in range(7):
        rows = 10 ** (power // 2)
        a, b = rng.randn(2, rows, 10**power // rows)
        yield "addition", a.shape, lambda a=a, b=b: a + b
    for shape in ((32, 13), (64, 128), (128, 256), (256, 1024)):
        a, W = rng.randn(*shape), rng.randn(shape[1], shape[1])
        single, W_single = a.astype(np.float32), W.astype(np.float32)
        yield "shape check", shape, lambda a=a: assert_same_shape(a, a)
        yield "sigmoid", shape, lambda a=a: 1.0 / (1.0 + np.exp(-1.0 * a))
        yield "sigmoid in place", shape, lambda a=a: sigmoid_in_place(a)
        yield "product float64", shape, lambda a=a, W=W: a @ W
        yield "product float32", shape, lambda a=single, W=W_single: a @ W
        yield "product mixed", shape, lambda a=single, W=W: a @ W


def repeat(call):
    """Call a function a hundred times: the clock's own time hardly counts."""
    for _ in range(100):
        call()


def chapter_times():
    """Yield what chapter 13 needs besides the steps: measurement, case, seconds."""
    for measurement, shape, call in single_calls():
        seconds = median_time(partial(repeat, call), 1) / 100
        yield measurement, "x".join(map(str, shape)), seconds
    for name in ("13-13-13-1", "784-1024-1024-1"):
        weights, biases, x, y = start(name, "float64")
        net, optimizer = network(weights, biases, x)
        profile = profile_step(net, x, y, steps=5000 if len(x) < 100 else 300)
        for part, forward, backward in profile.parts:
            yield name, f"{part} forward", forward
            yield name, f"{part} backward", backward
        yield name, "rest", profile.rest
        yield name, "SGD", median_time(optimizer.step, 1)


def main() -> None:
    """Measure and print; fail if a target is missed."""
    warnings.filterwarnings("ignore", module="sklearn")  # Each call is one epoch.
    stored = list(chapter_times()) if "--store" in sys.argv else []
    print("Medians of a step's time: ours divided by that of the others.")
    columns = "{:16}{:>9}{:>13}{:>8}{:>8}{:>9}{:>9}{:>9}".format
    titles = "network", "floats", "ours", "floor", "target", "PyTorch", "target"
    print(columns(*titles, "sklearn"), flush=True)
    missed = 0
    for name, (_, *targets) in NETWORKS.items():
        for precision in PRECISIONS:
            times = step_times(name, precision)
            stored += [(f"{side} {precision}", name, t) for side, t in times.items()]
            ours, *others = times.values()
            by_floor, by_torch, by_sklearn = (ours / other for other in others)
            most, most_torch = targets
            missed += by_floor > most or by_torch > (most_torch or np.inf)
            figures = f"{1e6 * ours:.1f} us", f"{by_floor:.2f}", most, f"{by_torch:.2f}"
            line = name, precision, *figures, most_torch or "", f"{by_sklearn:.2f}"
            print(columns(*line), flush=True)
    if "--store" in sys.argv:
        with STORED.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("measurement", "case", "microseconds"))
            writer.writerows((*names, f"{1e6 * t:.3f}") for *names, t in stored)
    if missed:
        sys.exit(f"{missed} of {2 * len(NETWORKS)} measurements miss a target.")


if __name__ == "__main__":
    main()

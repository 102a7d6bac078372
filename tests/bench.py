"""Time one training step: this package's, a bare one, PyTorch's, scikit-learn's.

Called by `make bench`, which prints ratios. Let nothing else run meanwhile.
"""

import sys
import time
import warnings
from functools import partial
from statistics import median

import numpy as np

from scratchdl import SGD, Dense, MeanSquaredError, NeuralNetwork, Sigmoid

# Widths from the inputs to the outputs, rows in a batch, and the most that a step may
# take, in floors.
NETWORKS = [
    ((13, 1), 32, 2.0),
    ((13, 13, 1), 32, 1.6),
    ((13, 13, 13, 1), 32, 1.5),
    ((64, 128, 128, 1), 64, 1.15),
    ((784, 256, 128, 1), 128, 1.15),
    ((784, 1024, 1024, 1), 256, 1.15),
]
MOST_OF_TORCH = 0.3  # for the first three
LR = 1e-4
TURNS, TURN = 4, 0.3  # how often each side has its turn, and seconds


def floor(weights, biases, x, y, tricks=False):
    """Return a step that is NumPy's calls alone: in place, and without any check.

    With `tricks`, its calls are the faster ones that `WeightMultiply`, `BiasAdd` and
    `MeanSquaredError` found: `dot`, a row of ones, `vdot`.
    """
    rows = len(x)
    product = np.dot if tricks else np.matmul
    ones = np.ones((1, rows), x.dtype)
    layers = [
        (
            W,
            B,
            np.empty_like(W),
            np.empty_like(B),
            *np.empty((3, rows, W.shape[1]), x.dtype),
        )
        for W, B in zip(weights, biases, strict=True)
    ]

    def step():
        a = x
        for W, B, _, _, out, _, _ in layers:
            product(a, W, out=out)
            np.add(out, B, out=out)
            if W is not weights[-1]:
                np.negative(out, out=out)
                np.exp(out, out=out)
                np.add(out, 1.0, out=out)
                np.divide(1.0, out, out=out)
            a = out
        *_, error, square = layers[-1]
        np.subtract(a, y, out=error)
        if tricks:
            loss = np.vdot(error, error) / rows
        else:
            np.multiply(error, error, out=square)
            loss = np.add.reduce(square, axis=None) / rows
        np.multiply(error, 2.0 / rows, out=error)
        for number in range(len(layers) - 1, -1, -1):
            W, B, W_grad, B_grad, out, grad, rest = layers[number]
            if W is not weights[-1]:
                np.subtract(1.0, out, out=rest)
                np.multiply(grad, out, out=grad)
                np.multiply(grad, rest, out=grad)
            before = layers[number - 1][4] if number else x
            product(before.T, grad, out=W_grad)
            if tricks:
                product(ones, grad, out=B_grad)
            else:
                np.add.reduce(grad, axis=0, keepdims=True, out=B_grad)
            if number:
                product(grad, W.T, out=layers[number - 1][5])
            np.multiply(W_grad, LR, out=W_grad)
            np.subtract(W, W_grad, out=W)
            np.multiply(B_grad, LR, out=B_grad)
            np.subtract(B, B_grad, out=B)
        return float(loss)

    return step


def ours(weights, biases, x, y):
    """Return this package's step."""
    *hidden, _ = weights
    layers = [Dense(W.shape[1], activation=Sigmoid()) for W in hidden]
    net = NeuralNetwork([*layers, Dense(1)], MeanSquaredError())
    optimizer = SGD(lr=LR)
    optimizer.net = net
    net.forward(x)
    values = [param for pair in zip(weights, biases, strict=True) for param in pair]
    for param, value in zip(net.params(), values, strict=True):
        param[...] = value

    def step():
        loss = net.train_batch(x, y)
        optimizer.step()
        return loss

    return step


def torch_eager(weights, biases, x, y):
    """Return PyTorch's step, each operation called as it comes."""
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
    """Return scikit-learn's step."""
    from sklearn.neural_network import MLPRegressor

    model = MLPRegressor(
        hidden_layer_sizes=[len(W) for W in weights[1:]],
        activation="logistic",
        solver="sgd",
        alpha=0,
        learning_rate_init=2 * LR,
        momentum=0,
        batch_size=len(x),
        shuffle=False,
    )
    model.partial_fit(x, y[:, 0])
    for coefs, W in zip(model.coefs_, weights, strict=True):
        coefs[...] = W
    for intercepts, B in zip(model.intercepts_, biases, strict=True):
        intercepts[...] = B[0]

    def step():
        model.partial_fit(x, y[:, 0])
        return 2 * model.loss_

    return step


# In this order: bare NumPy is measured before the libraries bring their threads.
OTHERS = {
    "floor": floor,
    "tricks": partial(floor, tricks=True),
    "torch": torch_eager,
    "sklearn": sklearn,
}


def made(make, widths, rows, dtype):
    """Return a side's step: the same start and the same batch as any other's."""
    rng = np.random.RandomState(1)
    x = rng.randn(rows, widths[0]).astype(dtype)
    y = rng.randn(rows, 1).astype(dtype)
    shapes = list(zip(widths, widths[1:], strict=False))
    weights = [(rng.randn(*shape) / shape[0] ** 0.5).astype(dtype) for shape in shapes]
    biases = [rng.randn(1, neurons).astype(dtype) for _, neurons in shapes]
    return make(weights, biases, x, y)


def measure(one, other):
    """Return the median times of two steps, in seconds; they take turns."""
    # Each returns its batch's loss, as it was before the step: they are to agree.
    for _ in range(3):
        loss, expected = one(), other()
        assert abs(loss / expected - 1) < 1e-4, (loss, expected)
    times = [], []
    for _ in range(TURNS):
        for step, taken in zip((one, other), times, strict=True):
            time.sleep(TURN)  # Until the other's threads have gone to sleep.
            turn = time.perf_counter() + TURN
            while time.perf_counter() < turn:  # Untimed, to fill the caches again.
                step()
            while time.perf_counter() < turn + TURN:
                start = time.perf_counter()
                step()
                taken.append(time.perf_counter() - start)
    return median(times[0]), median(times[1])


def main() -> None:
    """Measure and print; fail when a ratio misses its mark."""
    warnings.filterwarnings("ignore", module="sklearn")  # Each call is one epoch.
    cases = [(*case, dtype) for case in NETWORKS for dtype in ("float64", "float32")]
    minutes = TURNS * 6 * TURN * len(OTHERS) * len(cases) / 60
    print(f"Measuring for {minutes:.0f} minutes. Let nothing else run.", flush=True)
    ratios, floors, missed = {}, {}, []
    for side, make in OTHERS.items():
        for case in cases:
            widths, rows, _, dtype = case
            us = made(ours, widths, rows, dtype)
            mine, other = measure(us, made(make, widths, rows, dtype))
            ratios[side, case] = mine / other
            if side == "floor":
                floors[case] = other

    print("network          rows precision  parameters     floor", end="")
    print("   ours/floor  at most  ours/torch  ours/sklearn")
    for case in cases:
        widths, rows, most, dtype = case
        name = "-".join(map(str, widths))
        size = sum((a + 1) * b for a, b in zip(widths, widths[1:], strict=False))
        by_floor, by_torch, by_sklearn = (ratios[side, case] for side in OTHERS)
        print(
            f"{name:17}{rows:4} {dtype:9}{size:12}{1e6 * floors[case]:7.0f} us", end=""
        )
        print(f"{by_floor:13.2f}{most:9.2f}{by_torch:12.2f}{by_sklearn:14.2f}")
        if by_floor > most:
            missed.append(f"{name}, {dtype}: {by_floor:.2f} floors, not {most}")
        if case in cases[:6] and by_torch > MOST_OF_TORCH:
            missed.append(f"{name}, {dtype}: {by_torch:.2f} of PyTorch")
    if missed:
        sys.exit("Missed: " + "; ".join(missed))


if __name__ == "__main__":
    main()

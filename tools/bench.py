"""Time one training step: this package's, a bare one, PyTorch's, scikit-learn's.

Called by `make bench`, which prints ratios. Let nothing else run meanwhile. With
--store it measures for chapter 13 as well, and writes that chapter's tables anew.
"""

import ast
import csv
import importlib
import shutil
import sys
import tempfile
import time
import warnings
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

import scratchdl
from scratchdl.operation import assert_same_shape
from scratchdl.show.profiling import median_time, profile_step
from scratchdl.validation import check_array

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
TURNS, TURN = 4, 0.25  # how often each side has its turn, and for how many seconds
DATA = Path(__file__).with_name("timings")


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


def network(weights, biases, x, package=scratchdl):
    """Return this package's network with these parameters, and its optimizer."""
    layers = [package.Dense(W.shape[1], package.Sigmoid()) for W in weights[:-1]]
    net = package.NeuralNetwork([*layers, package.Dense(1)], package.MeanSquaredError())
    optimizer = package.SGD(lr=LR)
    optimizer.net = net
    net.forward(x)
    values = [param for pair in zip(weights, biases, strict=True) for param in pair]
    for param, value in zip(net.params(), values, strict=True):
        param[...] = value
    return net, optimizer


def ours(weights, biases, x, y, package=scratchdl):
    """Return this package's step."""
    net, optimizer = network(weights, biases, x, package)

    def step():
        loss = net.train_batch(x, y)
        optimizer.step()
        return loss

    return step


def copy_of_package(*leave_out):
    """Return a second copy of this package, without the calls of some functions."""
    folder = tempfile.mkdtemp()
    package = shutil.copytree(DATA.parent, Path(folder) / "scratchdl")
    for file in package.glob("*.py"):
        tree = WithoutCalls(leave_out).visit(ast.parse(file.read_text("utf-8")))
        file.write_text(ast.unparse(tree), "utf-8")
    kept = {name: sys.modules.pop(name) for name in [*sys.modules] if is_ours(name)}
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    try:
        return importlib.import_module("scratchdl")
    finally:
        for name in filter(is_ours, [*sys.modules]):
            del sys.modules[name]
        sys.modules.update(kept)
        sys.path.remove(folder)
        shutil.rmtree(folder)


def is_ours(name):
    """Return whether a module belongs to this package."""
    return name.split(".")[0] == "scratchdl"


class WithoutCalls(ast.NodeTransformer):
    """Takes out the lines that do nothing but call a function of these names."""

    def __init__(self, names):
        self.names = names

    def visit_Expr(self, line):
        name = getattr(getattr(line.value, "func", None), "id", None)
        return ast.Pass() if name in self.names else line


def unchecked(weights, biases, x, y):
    """Return the step of a copy of this package that calls none of the checks."""
    package = copy_of_package("assert_same_shape", "check_array", "check_rows")
    return ours(weights, biases, x, y, package)


def with_data_grad(weights, biases, x, y):
    """Return the step of a copy that calculates the gradient of the data as well."""
    package = copy_of_package()
    package.network._is_read = lambda layer: True
    return ours(weights, biases, x, y, package)


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
        nesterovs_momentum=False,
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


FOR_THE_CHAPTER = {"unchecked": unchecked, "data_grad": with_data_grad}
# In this order: bare NumPy is measured before the libraries bring their threads.
OTHERS = {
    "floor": floor,
    "tricks": partial(floor, tricks=True),
    "torch": torch_eager,
    "sklearn": sklearn,
}


def start(widths, rows, dtype):
    """Return what each side starts from: weights, biases, and a batch."""
    rng = np.random.RandomState(1)
    x = rng.randn(rows, widths[0]).astype(dtype)
    y = rng.randn(rows, 1).astype(dtype)
    shapes = list(zip(widths, widths[1:], strict=False))
    weights = [(rng.randn(*shape) / shape[0] ** 0.5).astype(dtype) for shape in shapes]
    biases = [rng.randn(1, neurons).astype(dtype) for _, neurons in shapes]
    return weights, biases, x, y


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
            median_time(step, TURN)  # Does not count: it fills the caches again.
            taken.append(median_time(step, TURN))
    return median(times[0]), median(times[1])


def parts():
    """Yield the single things that chapter 13 looks at: name, size, and a call."""
    rng = np.random.RandomState(1)
    for power in range(7):
        rows = 10 ** (power // 2)
        a, b = rng.randn(2, rows, 10**power // rows)
        yield "addition", a.shape, lambda a=a, b=b: a + b
    for shape in ((32, 13), (64, 128), (128, 256), (256, 1024)):
        a, W = rng.randn(*shape), rng.randn(shape[1], shape[1])
        a32, W32 = a.astype(np.float32), W.astype(np.float32)
        yield "shape check", shape, lambda a=a: assert_same_shape(a, a, a, "a")
        yield "array check", shape, lambda a=a: check_array(a, a, "a")
        yield "sigmoid", shape, lambda a=a: 1.0 / (1.0 + np.exp(-1.0 * a))
        yield "sigmoid in place", shape, lambda a=a: sigmoid_in_place(a)
        yield "product float64", shape, lambda a=a, W=W: a.dot(W)
        yield "product float32", shape, lambda a=a32, W=W32: a.dot(W)
        yield "product mixed", shape, lambda a=a32, W=W: a.dot(W)


def sigmoid_in_place(x):
    """Return the sigmoid of each entry, as chapter 13 writes it in one array."""
    result = -1.0 * x
    np.exp(result, out=result)
    np.add(1.0, result, out=result)
    return np.divide(1.0, result, out=result)


def repeated(call):
    """Return the time of a call, in microseconds; short ones are timed by the ten."""

    def ten():
        for _ in range(10):
            call()

    short = median_time(call, seconds=0.05) < 1e-4
    return 1e6 * (median_time(ten, seconds=1) / 10 if short else median_time(call, 1))


def profiles():
    """Yield where the time of a step goes, for a small network and a large one."""
    for widths, rows, _ in (NETWORKS[2], NETWORKS[5]):
        weights, biases, x, y = start(widths, rows, "float64")
        net, optimizer = network(weights, biases, x)
        profile = profile_step(net, x, y, steps=5000 if rows < 100 else 300)
        name = "-".join(map(str, widths))
        for part, there, back in profile.parts:
            yield name, part, f"{1e6 * there:.2f}", f"{1e6 * back:.2f}"
        yield name, "rest of train_batch", f"{1e6 * profile.rest:.2f}", ""
        yield name, "SGD", f"{1e6 * median_time(optimizer.step, 1):.2f}", ""


def store(name, header, rows):
    """Write one of chapter 13's tables."""
    with (DATA / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([header, *rows])


def main() -> None:
    """Measure and print; fail when a ratio misses its mark."""
    warnings.filterwarnings("ignore", module="sklearn")  # Each call is one epoch.
    for_the_chapter = "--store" in sys.argv
    cases = [(*case, dtype) for case in NETWORKS for dtype in ("float64", "float32")]
    sides = {**FOR_THE_CHAPTER, **OTHERS} if for_the_chapter else OTHERS
    minutes = TURNS * 6 * TURN * len(sides) * len(cases) / 60
    print(f"Measuring for {minutes:.0f} minutes. Let nothing else run.", flush=True)
    if for_the_chapter:
        calls = [
            (n, "x".join(map(str, s)), f"{repeated(c):.3f}") for n, s, c in parts()
        ]
        profiled = list(profiles())
    pairs, missed = {}, []
    for side, make in sides.items():
        for case in cases:
            widths, rows, _, dtype = case
            us, other = (made(*start(widths, rows, dtype)) for made in (ours, make))
            pairs[side, case] = measure(us, other)
    ratios = {key: mine / other for key, (mine, other) in pairs.items()}
    if for_the_chapter:
        header = "network", "rows", "precision", "side", "ours", "other"
        times = [
            ("-".join(map(str, widths)), rows, dtype, side)
            + tuple(f"{1e6 * seconds:.2f}" for seconds in pair)
            for (side, (widths, rows, _, dtype)), pair in pairs.items()
        ]
        store("step_times", header, times)
        header = "network", "part", "forward", "backward"
        store("operation_times", header, profiled)
        store("part_times", ("part", "shape", "microseconds"), calls)

    print(
        "Medians. Ours divided by the floor, by the floor with our calls, by PyTorch,"
    )
    print("by scikit-learn; last, how far an operation lies above the second floor.")
    columns = "{:16}{:>5}{:>9}{:>11}{:>12}{:>7}{:>9}{:>7}{:>9}{:>9}{:>9}".format
    print(
        columns(
            *("network", "rows", "floats", "parameters", "floor", "ours", "at most"),
            *("tricks", "PyTorch", "sklearn", "above"),
        )
    )
    for case in cases:
        widths, rows, most, dtype = case
        name = "-".join(map(str, widths))
        size = sum((a + 1) * b for a, b in zip(widths, widths[1:], strict=False))
        by = {side: ratios[side, case] for side in OTHERS}
        by_floor, *others = (f"{ratio:.2f}" for ratio in by.values())
        floor_time = 1e6 * pairs["floor", case][1]
        mine, tricks_time = (1e6 * seconds for seconds in pairs["tricks", case])
        above = (mine - tricks_time) / (3 * len(widths) - 3)
        times = f"{floor_time:.0f} us", f"{above:.1f} us"
        print(
            columns(
                *(name, rows, dtype, size, times[0], by_floor, most, *others, times[1])
            )
        )
        if by["floor"] > most:
            missed.append(f"{name}, {dtype}: {by_floor} floors, not {most}")
        if case in cases[:6] and by["torch"] > MOST_OF_TORCH:
            missed.append(f"{name}, {dtype}: {by['torch']:.2f} of PyTorch")
    if missed:
        sys.exit("Missed: " + "; ".join(missed))


if __name__ == "__main__":
    main()

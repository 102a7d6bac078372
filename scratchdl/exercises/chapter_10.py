"""Checks of chapter 10's exercises."""

import contextlib
import io
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from scratchdl.datasets import load_boston
from scratchdl.layers import Dense
from scratchdl.metrics import eval_regression_model, mae, rmse
from scratchdl.network import NeuralNetwork
from scratchdl.operations import Sigmoid
from scratchdl.optimizers import SGD
from scratchdl.trainer import Trainer

from .building import raises, require_same
from .checking import (
    ELSE,
    RIGHT,
    Function,
    Value,
    add_check,
    choose,
    compare,
    exercise,
    require,
)
from .framework import network


class _Model(NeuralNetwork):
    """Model that predicts given prices, each times the first feature of its row."""

    def __init__(self, prices: Any) -> None:
        self.prices = np.array(prices)

    def forward(self, X: Any) -> Any:
        return self.prices * X[:, :1]


def _evaluate(model: Any, X_test: Any, y_test: Any, average: Any = None) -> None:
    """Do what exercise ex-build-evaluation asks for, with the book's function."""
    eval_regression_model(model, X_test, y_test)
    if average is not None:
        model = _Model(np.full(y_test.shape, float(average)))
        eval_regression_model(model, np.ones_like(X_test), y_test)


def _report(true: Any, predicted: Any, *average: float) -> Callable[[Any], str]:
    """Return a case that returns what an evaluation prints."""
    X = np.linspace(1.0, 2.0, 3 * len(true)).reshape(-1, 3)

    def case(evaluate: Any) -> str:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            evaluate(_Model(predicted), X.copy(), np.array(true), *average)
        return printed.getvalue()

    return case


def _numbers(*arguments: Any) -> Callable[[Any], list[float]]:
    report = _report(*arguments)
    return lambda evaluate: [
        float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", report(evaluate))
    ]


def _refused(*arguments: Any) -> Callable[[Any], bool]:
    return lambda evaluate: raises(ValueError, _report(*arguments), evaluate)


@exercise("ex-build-evaluation", "write", level=3, minutes=20)
def _build_evaluation(answer: Function) -> None:
    true, predicted = [[20.0], [30.0], [50.0]], [[25.0], [11.0], [33.0]]
    pairs = [[8.0, 3.0], [9.0, 1.0], [2.0, 6.0]], [[4.0, 2.0], [7.0, 7.0], [1.0, 5.0]]
    refuse = "must raise a ValueError."
    cases = {
        "The first printed number must be the mean absolute error of "
        "model.forward(X_test).": (
            lambda evaluate: _numbers(true, predicted)(evaluate)[:1]
        ),
        "The second printed number must be the root of the mean of the squared "
        "errors.": (lambda evaluate: _numbers(true, predicted)(evaluate)[1:2]),
        "Without `average`, print two lines with one number each, and no other "
        "number.": _numbers(true, predicted),
        "Print both numbers with two decimals.": lambda evaluate: [
            len(decimals)
            for decimals in re.findall(r"\.(\d+)", _report(true, predicted)(evaluate))
        ],
        "With two outputs, average over all errors of all rows.": _numbers(*pairs),
        "With `average`, print the two numbers of the model first, and then those of "
        "the baseline, which always predicts `average`.": _numbers(true, predicted, 30),
        "With two outputs, the baseline must predict `average` for both.": _numbers(
            *pairs, 5
        ),
        "An average of 0 is an average, too. Ask whether it is None.": _numbers(
            true, predicted, 0
        ),
        "Print an empty line between the two numbers.": (
            lambda evaluate: "\n\n" in _report(true, predicted)(evaluate)
        ),
        f"Targets of the shape (3,) and predictions of (3, 1) {refuse}": _refused(
            [20.0, 30.0, 50.0], predicted
        ),
        f"Targets of the shape (3, 1) and predictions of (3, 2) {refuse}": _refused(
            true, pairs[1]
        ),
        f"Targets of the shape (3, 2) and predictions of (3, 1) {refuse}": _refused(
            pairs[0], predicted
        ),
    }
    require_same(answer, _evaluate, cases)


add_check(
    "ex-one-miss",
    {
        RIGHT: [2.0, 40**0.5],
        "The first is right. Square before you average: what is 20 by 20?": [2, 2],
        "The first is right. For the second, too, average over ten.": [2, 20],
        "The first is right. The second lacks its root.": [2, 40],
        "That is the tenth house. The nine others count as well.": [20, 20],
        "Nine errors are 0, and one is 20. Average them; then average the "
        "squares.": ELSE,
    },
    chapter="10",
    kind="predict",
    level=1,
    minutes=5,
)


@exercise("ex-r-squared", "write", level=1, minutes=10, needs="one number")
def _r_squared(answer: Function) -> None:
    true = np.array([[20.0], [30.0], [50.0], [12.0]])
    close = np.array([[26.0], [33.0], [49.0], [18.0]])

    def power_sum(differences: Any, power: int = 2) -> float:
        return float(np.sum(np.abs(differences) ** power))

    errors, distances = true - close, true - true.mean()
    left, total = power_sum(errors), power_sum(distances)
    found = answer(true.copy(), close.copy())
    fraction, mean = left / total, close.mean()
    correlation = np.corrcoef(true.ravel(), close.ravel())[0, 1]
    wrong_mean, no_mean, predicted = map(power_sum, (true - mean, true, close - mean))
    absolute = power_sum(errors, 1) / power_sum(distances, 1)
    verdicts = {
        RIGHT: 1 - fraction,
        "That is the fraction. R squared is 1 minus it.": fraction,
        "The average must be that of the true prices.": 1 - left / wrong_mean,
        "In the denominator, the average is missing.": 1 - left / no_mean,
        "The denominator needs true prices, not predictions.": 1 - left / predicted,
        "You average the numerator. Average both sums or neither.": 1 - fraction / 4,
        "You average the denominator. Average both sums or neither.": 1 - fraction * 4,
        "Add up squares, not absolute values.": 1 - absolute,
        "No root is taken.": 1 - fraction**0.5,
        "The value is right, but it is an array of one number. Leave out axis=0.": [
            1 - fraction
        ],
        "That is the squared correlation. It ignores a wrong scale.": correlation**2,
        "The differences from the average add up to 0. Square each of them before you "
        "add.": -np.inf,
        f"The formula's sums are {left:.0f} and {total:.0f}.": ELSE,
    }
    compare(found, verdicts)
    true = np.array([[8.0], [15.0], [24.0], [31.0], [44.0], [60.0], [9.5]])
    verdicts = {
        RIGHT: 1 - power_sum(9 * true) / power_sum(true - true.mean()),
        "Right for a good model. For predictions ten times too high, the result must "
        "be far below 0.": ELSE,
    }
    compare(answer(true.copy(), 10 * true), verdicts)


@exercise(
    "ex-collapse",
    "write",
    level=2,
    minutes=10,
    needs="W and B, two arrays of two dimensions",
)
def _collapse(answer: Function) -> None:
    random = np.random.RandomState(1)
    for widths in ((3, 3), (5, 2), (4, 2, 6), (3, 3, 3), (2,)):
        x = random.randn(5, 3)
        net = network(*map(Dense, widths), independent_layers=True)
        prediction = net.forward(x)
        params = [param.copy() for param in net.params()]
        Ws, Bs, W_truth = params[::2], params[1::2], np.eye(3)
        for factor in Ws:
            W_truth = W_truth @ factor
        B_truth = prediction[:1] - x[:1] @ W_truth
        try:
            W, B = answer(net)
        except Exception as error:
            error.add_note(f"This was a network of {len(widths)} layers.")
            raise
        here = f"For {len(widths)} layer{'s' * (len(widths) > 1)}: its "
        hints: dict[str, Any] = {"W lacks the W of the last layer.": np.eye(3)}
        for factor in Ws[:-1]:
            hints = {hint: product @ factor for hint, product in hints.items()}
        if set(widths) == {3}:
            hints |= {
                "W is a sum. x passes through one layer after another.": sum(Ws),
                "W has the wrong order. It must be that of x @ W1 @ W2.": (
                    np.linalg.multi_dot(Ws[::-1])
                ),
            }
        compare(
            W, {RIGHT: W_truth, **hints, "W is not the product of all W.": ELSE}, here
        )
        total = sum(Bs) if len(set(widths)) == 1 else np.nan
        verdicts = {
            RIGHT: B_truth,
            "B is the sum of all B. What does layer 2 do to B1?": total,
            "B is that of the last layer. The first counts too.": Bs[-1],
            "B has the right numbers, but not the shape (1, neurons).": B_truth[0],
            "W is right, and its B is not: send x = 0 through the layers.": ELSE,
        }
        compare(B, verdicts, here)


def _gains(
    builds: Any,
    X: Any,
    y: Any,
    test_rows: int,
    splits: int,
    epochs: int,
    first: int = 1,
    measure: Callable[[Any, Any], float] = mae,
    **options: Any,
) -> Any:
    """Return how much lower the second model's error is, for each split.

    With the last arguments, it makes a mistake: a different first split, a different
    measure, or different arguments of `fit`.
    """
    gains = []
    options = {"eval_every": epochs, "seed": 20190501} | options
    for split in range(first, first + splits):
        order = np.random.RandomState(split).permutation(len(X))
        test, train = order[:test_rows], order[test_rows:]
        errors = []
        for net in (build() for build in builds):
            trainer, data = Trainer(net, SGD(0.01)), (X[train], y[train], X[test])
            with contextlib.redirect_stdout(io.StringIO()):
                trainer.fit(*data, y[test], epochs, **options)
            errors.append(measure(y[test], net.forward(X[test])))
        gains.append(errors[0] - errors[1])
    return np.array(gains)


@exercise(
    "ex-build-splits",
    "write",
    level=3,
    minutes=20,
    needs="two numbers: the mean gain, and its standard error",
)
def _build_splits(answer: Function) -> None:
    random = np.random.RandomState(1)
    X, y = random.randn(60, 2), 20 + 9 * random.randn(60, 1)

    def small() -> Any:
        return network(Dense(1), seed=3)

    def large() -> Any:
        return network(Dense(4, Sigmoid()), Dense(1), seed=4)

    for *builds, rows, test_rows, splits, epochs in (
        *((small, large, 30, 8, 2, 1), (large, small, 20, 15, 3, 3)),
        (small, large, 48, 10, 4, 20),  # Here, an evaluation after 10 epochs stops it.
    ):
        data = X[:rows], y[:rows], test_rows, splits, epochs
        gains = _gains(builds, *data)
        mean, std, root = gains.mean(), gains.std(ddof=1), splits**0.5
        mistakes: dict[str, dict[str, Any]] = {
            "Count the splits from 1.": {"first": 0},
            "The measure is `mae`, not `rmse`.": {"measure": rmse},
            "Pass eval_every=epochs to `fit`: otherwise it can stop early.": {
                "eval_every": 10
            },
            "Pass seed=20190501 to `fit`.": {"seed": 1},
        }
        verdicts: dict[str, Any] = {RIGHT: [mean, std / root]}
        for hint, options in mistakes.items():
            wrong = _gains(builds, *data, **options)
            verdicts[hint] = [wrong.mean(), wrong.std(ddof=1) / root]
        verdicts |= {
            "Subtract the error of the second model from that of the first.": (
                [-mean, std / root]
            ),
            "The standard deviation needs ddof=1.": [mean, gains.std() / root],
            "Divide by the root of the number of splits.": [mean, std / splits],
            "Divide the standard deviation by the root of the number of splits.": (
                [mean, std]
            ),
            "The standard deviation needs ddof=1. Divide it by the root of the number "
            "of splits.": [mean, gains.std()],
            f"For {rows} rows, {test_rows} test rows, {splits} splits and {epochs} "
            "epochs: is the order that of RandomState(split)? Are the first rows the "
            "test rows? Do you train each network with SGD(lr=0.01), for that many "
            "epochs, and measure its error on the test rows?": ELSE,
        }
        compare(answer(builds, *map(np.copy, data[:2]), *data[2:]), verdicts)


@exercise("ex-lucky-seed", "explore", level=1, minutes=5)
def _lucky_seed(answer: Value) -> None:
    compare(answer, {"With the printed seed, the deep model wins.": 20190501})
    seed = choose(answer, range(21), "a whole number")
    X_train, X_test, y_train, y_test = load_boston()
    data = X_train, y_train, X_test, y_test
    errors = []
    for hidden in (1, 2):
        layers = [Dense(13, Sigmoid()) for _ in range(hidden)]
        net = network(*layers, Dense(1), seed=seed)
        with contextlib.redirect_stdout(io.StringIO()):
            Trainer(net, SGD(0.01)).fit(*data, epochs=50, eval_every=50, seed=seed)
        errors.append(mae(y_test, net.forward(X_test)))
    shallow, deep = errors
    here = f"With seed {seed} the error is {shallow:.2f} with one hidden layer and "
    here += f"{deep:.2f} with two"
    require(shallow - deep <= 0.05, f"{here}: the deep model wins. Try another seed.")
    require(deep - shallow > 0.05, f"{here}: that is too close. Try another seed.")

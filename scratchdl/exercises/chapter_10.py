"""Checks of chapter 10's exercises."""

import contextlib
import io
from typing import Any

import numpy as np

from scratchdl.datasets import load_boston
from scratchdl.layers import Dense
from scratchdl.metrics import mae
from scratchdl.operations import Sigmoid
from scratchdl.optimizers import SGD
from scratchdl.trainer import Trainer

from .checking import (
    CHECKS,
    ELSE,
    RIGHT,
    Function,
    Value,
    choose,
    compare,
    exercise,
    require,
)
from .framework import network

CHECKS["ex-one-miss"] = {
    RIGHT: [2, 40**0.5],
    "The first is right. Square before you average: what is 20 by 20?": [2, 2],
    "The first is right. For the second, too, average over ten.": [2, 20],
    "The first is right. The second lacks its root.": [2, 40],
    "That is the tenth house. The nine others count as well.": [20, 20],
    "Both are right, in the wrong order.": [40**0.5, 2],
    "Nine errors are 0, and one is 20. Average them; then average the squares.": ELSE,
}


@exercise("ex-r-squared")
def _r_squared(answer: Function) -> None:
    true = np.array([[20.0], [30.0], [50.0], [12.0]])
    close = np.array([[26.0], [33.0], [49.0], [18.0]])

    def power_sum(differences: Any, power: int = 2) -> float:
        return float(np.sum(np.abs(differences) ** power))

    errors, distances = true - close, true - true.mean()
    left, total = power_sum(errors), power_sum(distances)
    found, far = (answer(true.copy(), pred) for pred in (close.copy(), 3 * true))
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
        "That is the squared correlation. It ignores a wrong scale.": correlation**2,
        f"The formula's sums are {left:.0f} and {total:.0f}. You return {found}.": ELSE,
    }
    compare(found, verdicts)
    wrong = "Right for a good model. For predictions three times too high you return "
    require(far <= -1, f"{wrong}{far:.2f}, not far below 0.")


@exercise("ex-collapse", "a tuple of W and B, which are arrays of two dimensions")
def _collapse(answer: Function) -> None:
    x = np.random.RandomState(1).randn(5, 3)
    for number in (1, 2, 3):
        net = network(*(Dense(3) for _ in range(number)), independent_layers=True)
        prediction = net.forward(x)
        params = list(net.params())
        first, second, third, *_ = [*params[::2], np.eye(3), np.eye(3)]
        Bs, here = params[1::2], f"For {number} layer{'s' * (number > 1)}: its "
        truth, backwards = first @ second @ third, third @ second @ first
        B_truth = prediction[:1] - x[:1] @ truth
        W, B = answer(net)
        verdicts = {
            RIGHT: truth,
            "W has the wrong order. It must be that of x @ W1 @ W2.": backwards,
            "W is a sum. x passes through one layer after another.": sum(params[::2]),
            "W lacks the W of the third layer.": first @ second,
            "W is not the product of all W.": ELSE,
        }
        compare(W, verdicts, here)
        verdicts = {
            RIGHT: B_truth,
            "B is the sum of all B. What does layer 2 do to B1?": sum(Bs),
            "B is that of the last layer. The first counts too.": Bs[-1],
            "B has the right numbers, but not the shape (1, neurons).": B_truth[0],
            "W is right, and its B is not: send x = 0 through the layers.": ELSE,
        }
        compare(B, verdicts, here)


@exercise("ex-lucky-seed")
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

"""Checks of chapter 1's exercises."""

from typing import Any

import numpy as np

from scratchdl.gradcheck import numerical_gradient

from .building import require_same
from .checking import ELSE, RIGHT, Function, Value, compare, equal, exercise, require
from .parts import compare_parts, number, parts, worst_entry

NAMES = "W1", "B1", "W2", "B2"


@exercise(
    "ex-build-line",
    "write",
    level=3,
    minutes=20,
    needs="three results: W, B and the list of losses",
)
def _build_line(answer: Function) -> None:
    def part(number: int, steps: int) -> Any:
        def case(train_line: Any) -> Any:
            random = np.random.RandomState(1)
            arrays = [random.randn(*shape) for shape in ((5, 3), (5, 1), (3, 1))]
            found = train_line(*arrays, np.zeros((1, 1)), 0.1, steps)
            return parts(found, "W", "B", "losses")[number]

        return case

    cases = {
        "The list needs one loss for each step. Does the loop start again, or is "
        "`return` inside the loop?": lambda own: len(part(2, 3)(own)),
        "The first loss must be the sum of the squared errors, divided by the number "
        "of rows, before W and B change.": part(2, 1),
        "After one step, B is wrong. Its gradient is the sum of dE = 2 * E / rows over "
        "the rows, and B moves against it by the learning rate times the "
        "gradient.": part(1, 1),
        "The losses and B are right; after one step, W is wrong. Its gradient is "
        "X.T @ dM, and W moves against it.": part(0, 1),
        "One step is right. After three, the losses differ: compute the errors anew "
        "in each step, from the new W and B.": part(2, 3),
        "The losses are right. Return the last W.": part(0, 3),
        "The losses and W are right. Return the last B.": part(1, 3),
    }
    require_same(answer, _train_line, cases)


def _train_line(X: Any, y: Any, W: Any, B: Any, rate: float, steps: int) -> Any:
    losses = []
    for _ in range(steps):
        E = X @ W + B - y
        losses.append(np.sum(E**2) / len(X))
        dM = 2 * E / len(X)
        W, B = W - rate * X.T @ dM, B - rate * dM.sum(axis=0, keepdims=True)
    return W, B, losses


@exercise(
    "ex-build-backward",
    "write",
    level=3,
    minutes=25,
    needs="a dictionary of four gradients, by their names",
)
def _build_backward(answer: Function) -> None:
    random = np.random.RandomState(1)
    shapes = (5, 3), (3, 2), (1, 2), (2, 1), (1, 1), (5, 1)
    X, *arrays, y = (random.randn(*shape) for shape in shapes)
    params = dict(zip(NAMES, arrays, strict=True))

    def forward() -> dict[str, Any]:
        O1 = 1 / (1 + np.exp(-X @ params["W1"] - params["B1"]))
        P = O1 @ params["W2"] + params["B2"]
        return {"X": X, "O1": O1, "P": P, "E": P - y}

    def loss() -> float:
        return float(np.sum(forward()["E"] ** 2) / len(X))

    found = answer(forward(), {name: array.copy() for name, array in params.items()})
    wrong = f"Return a dictionary with the keys {', '.join(NAMES)}."
    require(isinstance(found, dict) and {*found} == {*NAMES}, wrong)
    hints = {
        "B2": "The gradient of B2 is the sum of dE = 2 * E / rows over the rows, in "
        "the shape of B2.",
        "W2": "B2 is right. The gradient of W2 is O1.T @ dM2.",
        "B1": "B2 and W2 are right. For B1, first go back to dO1 = dM2 @ W2.T, then "
        "through the sigmoid, and take the sum over the rows.",
        "W1": "B2, W2 and B1 are right. The gradient of W1 is X.T @ dM1.",
    }
    for name, hint in hints.items():
        compare(
            found[name], {RIGHT: numerical_gradient(loss, params[name]), hint: ELSE}
        )


@exercise("ex-zero-start", "predict", level=2, minutes=10)
def _zero_start(answer: Value) -> None:
    names = answer.replace(",", " ").split() if isinstance(answer, str) else answer
    is_row = isinstance(names, (list, tuple, set, np.ndarray))
    is_list = is_row and all(isinstance(name, str) for name in names)
    require(is_list, 'Answer with a list of names, such as ["B2"].')
    named = {name.strip().upper().removeprefix("D") for name in names}
    for name in sorted(named - {*NAMES}):
        require(False, f"{name} is none of the four: {', '.join(NAMES)}.")
    require(named, "At least one gradient is all zeros. Put zeros for W2 into step 13.")
    right, wrong = sorted(named & {"W1", "B1"}), named - {"W1", "B1"}
    here = f"{' and '.join(right)} {'are' if right[1:] else 'is'} right. "
    hints = {
        "W2": "W2 is zero; its gradient is O1 transposed times dM2. Is that zero?",
        "B2": "The gradient of B2 is the sum of dP. The errors are not zero.",
        "B2 W2": "W2 does not appear in steps 11 and 12, which compute these two.",
        "": "What else is computed from dN1?",
    }
    hint = hints[" ".join(sorted(wrong))]
    require(named == {"W1", "B1"}, f"{here if right else ''}{hint}")


@exercise("ex-small-weights", "write", level=2, minutes=15)
def _small_weights(answer: Function) -> None:
    random = np.random.RandomState(1)
    for rows, inputs, outputs, strength in ((3, 2, 1, 0.3), (5, 4, 2, 20.0)):
        X, y = random.randn(rows, inputs), random.randn(rows, outputs)
        W, B = random.randn(inputs, outputs), random.randn(1, outputs)
        _check_small_weights(answer, X, y, W, B, strength)


def _check_small_weights(answer: Any, X: Any, y: Any, W: Any, B: Any, s: float) -> None:
    def loss() -> float:
        return float(np.sum((X @ W + B - y) ** 2) / len(X) + s * np.sum(W**2))

    truth, new = numerical_gradient(loss, W), 2 * s * W
    old = truth - new
    found = parts(answer(X.copy(), y.copy(), W.copy(), B.copy(), s), "dW", "dB")
    verdicts = {
        RIGHT: truth,
        "That is the gradient without the new part of the loss.": old,
        "That is the gradient of the new part alone. The errors still count.": new,
        "What is the derivative of a square?": old + new / 2,
        "In your gradient the new part does not depend on strength.": old + 2 * W,
        "The two parts of the loss are added, not subtracted.": old - new,
        "You add the squares of the weights. Add their derivatives.": old + s * W**2,
        "You add the new part itself. Add its derivative.": old + s * np.sum(W**2),
        "Only the errors are divided by the rows, not the weights.": old + new / len(X),
        "dE is divided by the rows already.": old / len(X) + new,
        f"For a W of shape {W.shape}, your dW is not the numerical gradient: "
        f"{worst_entry(found[0], truth)}.": ELSE,
    }
    unchanged = {
        RIGHT: numerical_gradient(loss, B),
        "dB must stay as it is, because B is not in the new part.": ELSE,
    }
    compare_parts(found, {"dW": verdicts, "dB": unchanged})


@exercise("ex-no-peeking", "write", level=1, minutes=10)
def _no_peeking(answer: Function) -> None:
    random = np.random.RandomState(1)
    for rows, others, columns, size in ((4, 2, 2, 1.0), (9, 5, 3, 500.0)):
        train, test = random.randn(rows, columns), random.randn(others, columns)
        train, test = size * train + 3 * size, size * test
        found = answer(train.copy(), test.copy())
        verdicts = {
            "the training rows": _scalings(train, train, test),
            "the test rows": _scalings(test, train, test),
        }
        compare_parts(found, verdicts)


def _scalings(rows: np.ndarray, train: np.ndarray, test: np.ndarray) -> dict[str, Any]:
    both, std = np.vstack([train, test]), train.std(axis=0)
    centered = rows - train.mean(axis=0)
    return {
        RIGHT: centered / std,
        "You use the mean of all rows. Use that of the training rows alone.": (
            rows - both.mean(axis=0)
        )
        / both.std(axis=0),
        "You scale the test rows by themselves, so equal features become different.": (
            rows - rows.mean(axis=0)
        )
        / rows.std(axis=0),
        "You use one mean for all columns. Each has its own: axis=0.": (
            rows - train.mean()
        )
        / train.std(),
        "The means are right. Now divide by the standard deviations.": centered,
        "You divide by the variance. Take its square root.": centered / std**2,
        "You multiply by the standard deviation. Divide by it.": centered * std,
        "The mean is not subtracted.": rows / std,
        "The rows have not changed. Return the scaled arrays.": rows,
        "Divide by the number of rows, not one less: ddof=0.": centered
        / train.std(axis=0, ddof=1),
        "The training columns must have mean 0 and standard deviation 1 afterwards, "
        "and the test rows must be scaled with the same numbers.": ELSE,
    }


@exercise("ex-step-too-long", "explore", level=1, minutes=10)
def _step_too_long(answer: Value) -> None:
    rooms, price = np.array([4.0, 6.0, 8.0]), np.array([10.0, 22.0, 30.0])
    rate = number(answer, "0.005")
    require(rate > 0, "A learning rate is larger than 0.")
    require(rate < 1, f"{rate:g} is far too large. Answer with the rate itself.")

    def loss_after(steps: int, learning_rate: float) -> float:
        w = 0.0
        for _ in range(steps):
            w -= learning_rate * float(np.mean(2 * (w * rooms - price) * rooms))
        return float(np.mean((w * rooms - price) ** 2))

    start, end = loss_after(0, rate), loss_after(30, rate)
    require(end > start, f"With {rate:g} the loss goes from {start:.2f} to {end:.2f}.")
    first = loss_after(30, rate - 0.001) <= start
    require(first, f"With {rate:g} the loss grows, but so it does with a smaller rate.")
    require(equal(rate, 0.026), "Close. It must be a whole number of thousandths.")

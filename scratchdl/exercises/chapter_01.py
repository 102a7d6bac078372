"""Checks of chapter 1's exercises."""

from typing import Any

import numpy as np

from scratchdl.gradcheck import numerical_gradient

from .checking import ELSE, RIGHT, compare, equal, exercise, require, show


@exercise("ex-zero-start")
def _zero_start(answer: Any) -> None:
    names = answer.replace(",", " ").split() if isinstance(answer, str) else answer
    named = " ".join(sorted(str(name).strip().lower() for name in names))
    hints = {
        "": "At least one is. Put zeros for W2 into step 13.",
        "w2": "W2 is zero; its gradient is O1 transposed times dM2. Is that zero?",
        "b2 w2": "Steps 11 and 12 compute these two. W2 appears in neither.",
        "b1 b2 w1 w2": "The error is not zero. Do steps 8 to 11 give zeros?",
        "w1": "W1 is one of them. What else is computed from dN1?",
        "b1": "B1 is one of them. What else is computed from dN1?",
    }
    otherwise = "Go from step 8 to step 17. Where does W2 appear, and what comes after?"
    require(named == "b1 w1", hints.get(named, otherwise))


@exercise("ex-small-weights")
def _small_weights(answer: Any) -> None:
    X, y = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 1.0]]), np.ones((3, 1))
    W, B = np.array([[0.5], [-2.0]]), np.array([[3.0]])

    def loss() -> float:
        return float(np.sum((X @ W + B - y) ** 2) / len(X) + 0.3 * np.sum(W**2))

    truth, new = numerical_gradient(loss, W), 2 * 0.3 * W
    old = truth - new
    dW, dB = answer(X, y, W.copy(), B.copy(), 0.3)
    verdicts = {
        RIGHT: truth,
        "That is the gradient without the new part of the loss.": old,
        "That is the gradient of the new part alone. The errors still count.": new,
        "What is the derivative of a square?": old + new / 2,
        "In your gradient the new part does not depend on strength.": old + 2 * W,
        "The two parts of the loss are added, not subtracted.": old - new,
        "You add the squares of the weights. Add their derivatives.": old + 0.3 * W**2,
        "You add the new part itself. Add its derivative.": old + 0.3 * np.sum(W**2),
        f"The numerical gradient is {show(truth)}, and your dW is {show(dW)}.": ELSE,
    }
    compare(dW, verdicts)
    unchanged = equal(dB, numerical_gradient(loss, B))
    require(unchanged, "dW is right. dB has changed: B is not in the new part.")


@exercise("ex-no-peeking")
def _no_peeking(answer: Any) -> None:
    train = np.array([[1.0, 10.0], [2.0, 30.0], [3.0, 20.0], [6.0, 44.0]])
    test = np.array([[4.0, 80.0], [10.0, 0.0]])
    both, std = np.vstack([train, test]), train.std(axis=0)
    centered = both - train.mean(axis=0)
    scaled, train_scaled, test_scaled = (
        (rows - rows.mean(axis=0)) / rows.std(axis=0) for rows in (both, train, test)
    )
    one_mean = (both - train.mean()) / train.std()
    verdicts = {
        RIGHT: centered / std,
        "You use the mean of all rows. Use that of the training rows alone.": scaled,
        "You scale the test rows by themselves, so the same price becomes two "
        "numbers.": np.vstack([train_scaled, test_scaled]),
        "You use one mean for all columns. Each has its own: axis=0.": one_mean,
        "The means are right. Now divide by the standard deviations.": centered,
        "You divide by the variance. Take its square root.": centered / std**2,
        "Divide by the number of rows, not one less: ddof=0.": centered
        / std
        * 0.75**0.5,
        "The training columns must have mean 0 and standard deviation 1 afterwards, "
        "and the test rows must be scaled with the same numbers.": ELSE,
    }
    compare(np.vstack(answer(train.copy(), test.copy())), verdicts)


@exercise("ex-step-too-long")
def _step_too_long(answer: Any) -> None:
    rooms, price = np.array([4.0, 6.0, 8.0]), np.array([10.0, 22.0, 30.0])

    def loss_after(steps: int, learning_rate: float) -> float:
        w = 0.0
        for _ in range(steps):
            w -= learning_rate * float(np.mean(2 * (w * rooms - price) * rooms))
        return float(np.mean((w * rooms - price) ** 2))

    start, end = loss_after(0, answer), loss_after(30, answer)
    require(end > start, f"With {answer} the loss goes from {start:.2f} to {end:.2f}.")
    first = loss_after(30, answer - 0.001) <= start
    require(first, f"With {answer} the loss grows, but with a smaller rate already.")
    require(equal(answer, 0.026), "Close. It must be a whole number of thousandths.")

"""The check of every exercise: what is wrong with an answer, if anything is.

The checks run the reader's own code and never show a solution.
"""

import contextlib
import io
import tracemalloc
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import numpy as np

from scratchdl.datasets import load_boston
from scratchdl.gradcheck import check_gradients, numerical_gradient
from scratchdl.layers import Dense
from scratchdl.losses import MeanSquaredError
from scratchdl.network import NeuralNetwork
from scratchdl.operations import Sigmoid
from scratchdl.optimizers import SGD
from scratchdl.trainer import Trainer

_DOTS = "an ellipsis"  # What Python calls the three dots of a stub.
_CHECKS: dict[str, Callable[[Any], str | None]] = {}


def _checks(label: str) -> Callable:
    def register(check: Callable[[Any], str | None]) -> Callable:
        _CHECKS[label] = check
        return check

    return register


def _waits(answer: Any) -> bool:
    parts = answer if isinstance(answer, (list, tuple)) else ()
    return answer is ... or any(map(_waits, parts))


def check_answer(label: str, answer: Any) -> None:
    """Print whether an answer is right, and if not, what is wrong (appendix E).

    Built in appendix E, where each exercise has its check.

    Parameters
    ----------
    label : str
        The exercise's label, such as "ex-tanh".
    answer : object
        What the exercise asks for: a number, a word, an array, a function or a
        class. Three dots, ``...``, are no answer yet.

    Raises
    ------
    ValueError
        If no exercise has that label.
    """
    if label not in _CHECKS:
        raise ValueError(
            f"check_answer: no exercise has the label {label!r}; copy it from the "
            "exercise's check line."
        )
    try:
        wrong = _DOTS if _waits(answer) else _CHECKS[label](answer)
    except Exception as error:  # The reader's code runs here: anything may come.
        wrong = f"Your code stops with {type(error).__name__}: {error}"
    if wrong is None:
        print("Right.")
    elif "ellipsis" in wrong:
        print(
            "Waiting for your answer: put it in place of the three dots, and run again."
        )
    else:
        print(f"Not yet. {wrong}")


def _equal(answer: Any, truth: Any) -> bool:
    if isinstance(truth, str):
        return isinstance(answer, str) and answer.strip().lower() == truth
    answer = np.asarray(answer)
    if ... in answer.ravel().tolist():
        raise TypeError(_DOTS)
    if answer.dtype.kind not in "biuf" or answer.shape != np.shape(truth):
        return False
    return bool(np.allclose(answer, truth, rtol=1e-3))


def _compare(
    answer: Any, truth: Any, slips: list[tuple[Any, str]], otherwise: str
) -> str | None:
    if _equal(answer, truth):
        return None
    return next((hint for slip, hint in slips if _equal(answer, slip)), otherwise)


def _show(array: np.ndarray) -> str:
    return np.array2string(np.asarray(array), precision=3, suppress_small=True)


def _flat(arrays: Iterable[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.ravel(array) for array in arrays])


def _gradients(thing: Any, *arrays: np.ndarray) -> str | None:
    result = check_gradients(thing, *arrays)
    return None if result else str(result)


def _operation(operation: Any, input_: np.ndarray, truth: np.ndarray) -> str | None:
    output = operation.forward(input_.copy())
    if not _equal(output, truth):
        return (
            f"forward turns {_show(input_)} into {_show(output)}; it must be "
            f"{_show(truth)}. Look at _output."
        )
    return _gradients(operation, input_)


def _loss(
    loss: Any, errors: np.ndarray, truth: float, slips: list, grad_slips: list
) -> str | None:
    zeros = np.zeros_like(errors)
    value = loss.forward(errors, zeros)
    otherwise = (
        f"forward gives {value:.3f} for the errors {errors.tolist()}; it must be "
        f"{truth:.3f}. Look at _output."
    )
    wrong = _compare(value, truth, slips, otherwise)
    if wrong is None:
        grad = loss.backward()
        wrong = next((hint for slip, hint in grad_slips if _equal(grad, slip)), None)
    return wrong or _gradients(loss, errors, zeros)


def _fit(hidden: int, lr: float, seed: int, eval_every: int) -> tuple[int, np.ndarray]:
    X_train, X_test, y_train, y_test = load_boston()
    layers = [*(Dense(13, Sigmoid()) for _ in range(hidden)), Dense(1)]
    trainer = Trainer(NeuralNetwork(layers, MeanSquaredError(), seed), SGD(lr))
    data = X_train, y_train, X_test, y_test
    with contextlib.redirect_stdout(io.StringIO()):
        trainer.fit(*data, epochs=50, eval_every=eval_every, seed=seed)
    return trainer.epoch, trainer.net.forward(X_test) - y_test


@_checks("ex-zero-start")
def _zero_start(answer: Any) -> str | None:
    names = answer.replace(",", " ").split() if isinstance(answer, str) else answer
    return _compare(
        " ".join(sorted(names)),
        "b1 w1",
        [
            ("", "At least one is. Put zeros for W2 into step 13."),
            (
                "w2",
                "W2 is zero; its gradient is O1 transposed times dM2. Is that zero?",
            ),
            ("b2 w2", "Steps 11 and 12 make these two. W2 stands in neither."),
            ("b1 b2 w1 w2", "The error is not zero, so steps 8 to 11 give something."),
            ("w1", "W1 is one of them. What else is made from dN1?"),
            ("b1", "B1 is one of them. What else is made from dN1?"),
        ],
        "Go from step 8 to step 17. Where does W2 first stand, and what comes after?",
    )


@_checks("ex-small-weights")
def _small_weights(answer: Any) -> str | None:
    X, y = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 1.0]]), np.ones((3, 1))
    W, B = np.array([[0.5], [-2.0]]), np.array([[3.0]])

    def loss() -> float:
        return np.sum((X @ W + B - y) ** 2) / len(X) + 0.3 * np.sum(W**2)

    truth = numerical_gradient(loss, W)
    data = truth - 2 * 0.3 * W
    dW, dB = answer(X, y, W.copy(), B.copy(), 0.3)
    return _compare(
        dW,
        truth,
        [
            (data, "That is the gradient without the new part of the loss."),
            (2 * 0.3 * W, "That is the new part alone. The errors still count."),
            (data + 0.3 * W, "What is the derivative of a square?"),
            (data + 2 * W, "The new part does not depend on strength."),
            (
                data - 2 * 0.3 * W,
                "The two parts of the loss are added, not subtracted.",
            ),
            (data + 0.3 * W**2, "You add the squares; their derivatives are wanted."),
            (
                data + 0.3 * np.sum(W**2),
                "You add what is in the loss: differentiate it.",
            ),
        ],
        f"A nudge of each weight measures {_show(truth)}, and your dW is {_show(dW)}.",
    ) or _compare(
        dB, numerical_gradient(loss, B), [], "dB has changed: B is not in the new part."
    )


@_checks("ex-no-peeking")
def _no_peeking(answer: Any) -> str | None:
    train = np.array([[1.0, 10.0], [2.0, 30.0], [3.0, 20.0], [6.0, 44.0]])
    test = np.array([[4.0, 80.0], [10.0, 0.0]])
    both = np.vstack([train, test])
    mean, deviation = train.mean(axis=0), train.std(axis=0)

    def own(rows: np.ndarray) -> np.ndarray:
        return (rows - rows.mean(axis=0)) / rows.std(axis=0)

    return _compare(
        np.vstack(answer(train.copy(), test.copy())),
        (both - mean) / deviation,
        [
            (
                own(both),
                "The mean of both looks at the test rows, as load_boston does.",
            ),
            (
                np.vstack([own(train), own(test)]),
                "You scale the test rows by themselves: one price, two numbers.",
            ),
            (
                (both - train.mean()) / train.std(),
                "You take one mean for all columns. Each has its own: axis=0.",
            ),
            (both - mean, "The means are right. Now divide by the deviations."),
            (
                (both - mean) / deviation**2,
                "You divide by the variance: take its root.",
            ),
            (
                (both - mean) / train.std(axis=0, ddof=1),
                "The deviation here divides by the rows, not by one less: ddof=0.",
            ),
        ],
        "The training columns must come out with mean 0 and standard deviation 1, and "
        "the test rows must be scaled by the same numbers.",
    )


@_checks("ex-step-too-long")
def _step_too_long(answer: Any) -> str | None:
    rooms, price = np.array([4.0, 6.0, 8.0]), np.array([10.0, 22.0, 30.0])

    def loss_after(steps: int, learning_rate: float) -> float:
        w = 0.0
        for _ in range(steps):
            w -= learning_rate * np.mean(2 * (w * rooms - price) * rooms)
        return np.mean((w * rooms - price) ** 2)

    start, end = loss_after(0, answer), loss_after(30, answer)
    if end <= start:
        return f"With {answer} the loss goes from {start:.2f} to {end:.2f}."
    if not loss_after(30, answer - 0.001) <= start:
        return f"With {answer} the loss grows, but with a smaller rate already."
    return _compare(
        answer, 0.026, [], "Close. It must be a whole number of thousandths."
    )


@_checks("ex-used-twice")
def _used_twice(answer: Any) -> str | None:
    return _compare(
        np.ravel(answer),
        [64],
        [
            ([32], "So it would be with two objects. What does the one remember?"),
            ([8], "That is what the first backward returns. One more goes on from it."),
            ([16], "You took 2 as the input both times. Which came last?"),
            ([4], "Each backward multiplies by 2 times the input, not by 2."),
        ],
        "Which input_ does the object hold when the way back begins?",
    )


@_checks("ex-relu")
def _relu(answer: Any) -> str | None:
    x = np.array([[0.5, -1.0, 2.0], [-0.3, 3.0, -1.5]])
    grad = np.array([[1.0, -2.0, -3.0], [4.0, 5.0, -6.0]])
    truth = np.maximum(x, 0)
    relu = answer()
    if _equal(relu.forward(x.copy()), truth):
        input_grad = relu.backward(grad)
        if _equal(input_grad, np.maximum(grad, 0)):
            return (
                "You cut off the output gradient where it is negative itself. Whether "
                "it passes is for the input to say."
            )
        if _equal(input_grad, grad):
            return "You let every gradient pass. Where the input is negative, none may."
    return _operation(relu, x, truth)


@_checks("ex-leaky-relu")
def _leaky_relu(answer: Any) -> str | None:
    x = np.array([[0.5, -1.0, 2.0], [-0.3, 3.0, -1.5]])
    grad = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])
    factors = np.array([[0.1, 0.2, 2.0]])
    truth = np.where(x > 0, x, factors * x)
    leaky = answer(factors)
    if _equal(leaky.forward(x.copy()), truth):
        param_grad = leaky._param_grad(grad)
        if _equal(param_grad, np.sum(grad * x, axis=0, keepdims=True)):
            return (
                "_param_grad counts all rows. Where the input is positive, its factor "
                "takes no part in the output."
            )
    return _operation(leaky, x, truth)


@_checks("ex-explode")
def _explode(answer: Any) -> str | None:
    return _compare(
        answer,
        3,
        [
            (1, "With one, the gradient is 2.7."),
            (2, "With two, the gradient is 41."),
            (4, "With four, the last output is too large for a float. Fewer will do."),
            (14, "The factors are not all 2.7: each is the output of its place."),
        ],
        "Make a list with an Exp() for each place, and go through it as in a picture "
        "of this chapter: forward in order, backward in reverse.",
    )


@_checks("ex-bias-rows")
def _bias_rows(answer: Any) -> str | None:
    return _compare(
        answer,
        [[9, 12]],
        [
            ([[3, 4]], "That is the average over the rows. The bias is in every row."),
            ([[3], [7], [11]], "You summed over the columns. Each bias has a column."),
            ([9, 12], "The numbers are right. The shape must be that of B: (1, 2)."),
        ],
        "Start with the first bias: which entries of the output does it touch?",
    )


@_checks("ex-tanh")
def _tanh(answer: Any) -> str | None:
    x = np.array([[0.5, -1.0, 2.0], [-0.3, 0.0, 1.5]])
    return _operation(answer(), x, np.tanh(x))


@_checks("ex-saturation")
def _saturation(answer: Any) -> str | None:
    return _compare(
        answer,
        5,
        [
            (4, "At 4 the slope is still 0.018."),
            (6, "At 6 it is below 0.01, but not for the first time."),
        ],
        "Print the slope, backward of an output gradient of ones, for 0, 1, 2 and on.",
    )


@_checks("ex-error-size")
def _error_size(answer: Any) -> str | None:
    return _compare(
        answer,
        2,
        [
            (3, "3 is the claim beside the truth. What is the difference beside it?"),
            (2 / 3, "You divided by the claim. The measured gradient is the measure."),
            (-2, "The size is right. The draft takes the difference without its sign."),
        ],
        "Take a gradient of 1: the claim is 3. How far off is it, and beside what?",
    )


@_checks("ex-softplus")
def _softplus(answer: Any) -> str | None:
    x = np.array([[0.5, -1.0, 2.0], [-0.3, 0.0, 1.5]])
    wrong = _operation(answer(), x, np.logaddexp(0, x))
    if wrong is None:
        with np.errstate(all="ignore"):
            output = answer().forward(np.array([[1000.0, -1000.0]]))
        if not _equal(output, [[1000.0, 0.0]]):
            return (
                f"Right for small inputs. For 1000 and -1000 it gives {_show(output)}."
            )
    return wrong


@_checks("ex-forward-step")
def _forward_step(answer: Any) -> str | None:
    return _compare(
        answer,
        -8,
        [
            (-5, "That is the best step of the central difference."),
            (-14, "There, rounding has eaten all but two digits. Look further up."),
            (8, "The step is smaller than 1: its exponent is negative."),
            (1e-8, "That is the step. The exponent is asked for."),
        ],
        "Compute the error for the exponents from -14 to -1, and look for the least.",
    )


@_checks("ex-one-seed")
def _one_seed(answer: Any) -> str | None:
    return _compare(
        answer,
        0,
        [
            (12, "Each layer draws its own numbers. From where does its stream start?"),
            (9, "Why should the weights differ, and not the biases?"),
            (3, "Each layer draws W and then B, so its biases come at the same place."),
        ],
        "Set up both layers, and compare their params with !=.",
    )


@_checks("ex-scaled-start")
def _scaled_start(answer: Any) -> str | None:
    inputs, neurons = 400, 50
    layers = [answer(neurons) for _ in range(2)]
    for layer in layers:
        layer.seed = 1
        layer.forward(np.ones((2, inputs)))
    (W, B), (again, _) = (layer.params for layer in layers)
    if W.shape != (inputs, neurons) or not np.array_equal(W, again):
        return "The weights must be those that Dense has drawn, scaled: start from W."
    sizes = [
        (1 / inputs**0.5, None),
        (1, "The weights are as large as those of Dense."),
        (1 / inputs, "You divide by the inputs. Divide by their root."),
        (
            1 / neurons**0.5,
            "You count the neurons. A sum has a product for each input.",
        ),
        (inputs**0.5, "You multiply by the root. The weights must become smaller."),
    ]
    otherwise = (
        f"With {inputs} inputs the weights' standard deviation is {W.std():.3f}; it "
        f"must be about {1 / inputs**0.5:.3f}."
    )
    fits = (hint for size, hint in sizes if np.isclose(W.std(), size, rtol=0.05))
    wrong = next(fits, otherwise)
    if wrong is None and np.any(B):
        return "The weights are right. The biases must start at 0."
    return wrong


@_checks("ex-shared-activation")
def _shared_activation(answer: Any) -> str | None:
    one = Sigmoid()
    for activations, truth, hint in (
        (
            [Sigmoid(), Sigmoid()],
            False,
            "Two layers with a Sigmoid() each: you say True. The two are alike, but "
            "they are not one object.",
        ),
        (
            [one, one],
            True,
            "Two layers with one Sigmoid object: you say False. No batch has come yet, "
            "so `operations` is empty; look at `activation`.",
        ),
        (
            [one, Sigmoid(), one],
            True,
            "The first and the third of three layers share: you say False. Compare "
            "more than neighbours.",
        ),
        (
            [None, None],
            False,
            "Two layers, no activation named: you say True. Each has its Linear().",
        ),
    ):
        found = answer([Dense(2, activation) for activation in activations])
        if found is ...:
            return _DOTS
        if not isinstance(found, (bool, np.bool_)):
            return f"Return True or False, not {found!r}."
        if found != truth:
            return hint
    return None


@_checks("ex-wide-input")
def _wide_input(answer: Any) -> str | None:
    if answer not in (1, 10, 100, 1000):
        return "Choose one of 1, 10, 100 and 1000."

    def share_stuck(inputs: int) -> float:
        layer = Dense(50, Sigmoid())
        layer.seed = 1
        output = layer.forward(np.random.RandomState(2).randn(200, inputs))
        return np.mean((output < 0.01) | (output > 0.99))

    share = share_stuck(answer)
    if share <= 0.5:
        return f"With {answer} inputs, {share:.0%} are stuck: less than half."
    if share_stuck(answer // 10) > 0.5:
        return f"With {answer} inputs, {share:.0%} are stuck; is it the first number?"
    return None


@_checks("ex-doubled-batch")
def _doubled_batch(answer: Any) -> str | None:
    return _compare(
        answer,
        [8, -4 / 3],
        [
            ([8, -8 / 3], "The loss is right. How many rows share it now?"),
            (
                [8, -16 / 3],
                "The loss is right. By one prediction, not by its twin too.",
            ),
            (
                [8, 4 / 3],
                "The loss is right. To which side is the first prediction off?",
            ),
            (
                [16, -16 / 3],
                "The sum of squares doubles. So does what it is divided by.",
            ),
            ([16, -8 / 3], "The loss is divided by the rows, and there are six."),
            (
                [4, -4 / 3],
                "The gradient is right. But there are six squares, not three.",
            ),
        ],
        "Write down the six squares and the six rows. Then put the first error into "
        "2 (p - y) / rows.",
    )


@_checks("ex-huber")
def _huber(answer: Any) -> str | None:
    errors = np.array([[1.0], [5.0], [-4.0], [-0.5]])
    size, near = np.abs(errors), errors**2 / 2
    slopes = np.clip(errors, -2, 2)

    def mean(near: np.ndarray, far: np.ndarray) -> float:
        return float(np.mean(np.where(size <= 2, near, far)))

    truth = mean(near, 2 * (size - 1))
    return _loss(
        answer(limit=2.0),
        errors,
        truth,
        [
            (4 * truth, "You sum over the rows. Divide by their number."),
            (
                np.mean(near),
                "All errors are squared. Beyond the limit they must not be.",
            ),
            (mean(2 * near, 2 * (size - 1)), "Within the limit it is half the square."),
            (mean(near, 2 * size), "At the limit the two pieces must meet: e = d = 2."),
            (
                mean(near, size - 0.5),
                "Is the limit in the formula beyond it? Yours is 1.",
            ),
        ],
        [
            (slopes, "The loss is divided by the rows, and its gradient is not."),
            (errors / 4, "The gradient grows with the error. What of the limit?"),
            (
                np.where(size <= 2, errors, np.sign(errors)) / 4,
                "Beyond the limit the slope is not 1 or -1: d is in the formula.",
            ),
            (np.abs(slopes) / 4, "Every slope is positive. Where must it be negative?"),
        ],
    )


@_checks("ex-true-mean")
def _true_mean(answer: Any) -> str | None:
    errors = np.array([[1.0, 3.0], [-2.0, 0.5], [0.0, 4.0]])
    total = float(np.sum(errors**2))
    return _loss(
        answer(),
        errors,
        total / 6,
        [
            (total / 3, "That is the book's loss: it divides by the rows alone."),
            (total / 2, "You divide by the outputs alone."),
            (total, "That is the sum. Divide by the number of squares in it."),
        ],
        [
            (
                2 * errors / 3,
                "Half mended: the gradient still divides by the rows alone.",
            ),
            (2 * errors, "The loss is a mean now. Its gradient must be divided too."),
        ],
    )


@_checks("ex-best-guess")
def _best_guess(answer: Any) -> str | None:
    prices = np.array([20.0, 21.0, 22.0, 23.0, 64.0])
    slips = [
        ([22, 30], "Both are right, in the wrong order."),
        ([30, 30], "30 is right for squares. Nearly all prices lie on one side of it."),
        ([22, 22], "22 is right for absolute values. With squares 64 counts for more."),
    ]

    def nudge(guess: float, power: int, name: str) -> str | None:
        here, lower, higher = (
            np.mean(np.abs(guess + step - prices) ** power) for step in (0, -1, 1)
        )
        if min(lower, higher) >= here:
            return None
        return (
            f"For {guess} the mean {name} error is {here:.1f}, and for one "
            f"{'less' if lower < here else 'more'} it is {min(lower, higher):.1f}. "
            "Go on that way."
        )

    otherwise = nudge(answer[0], 2, "squared") or nudge(answer[1], 1, "absolute")
    return _compare(answer, [30, 22], slips, otherwise or "Answer with whole numbers.")


@_checks("ex-row-by-row")
def _row_by_row(answer: Any) -> str | None:
    return _compare(
        answer,
        4,
        [
            (6, "You add up both calls. What does a backward pass do to a gradient?"),
            (3, "That is for both rows in one batch. How many rows has the last call?"),
            (2, "That is for the first row, or for the second as one of two rows."),
            (1, "That is for the first row as one of two rows."),
        ],
        "The second row is off by 2. Put that into 2 (p - y) / rows for its batch.",
    )


@_checks("ex-in-parts")
def _in_parts(answer: Any) -> str | None:
    x = np.random.RandomState(1).randn(7, 2)
    y = np.arange(7.0).reshape(7, 1)
    received = []

    class Watched(NeuralNetwork):
        def train_batch(self, x_batch: np.ndarray, y_batch: np.ndarray) -> float:
            received.append(len(x_batch))
            return super().train_batch(x_batch, y_batch)

    net = Watched([Dense(3, Sigmoid()), Dense(1)], MeanSquaredError())

    def gradients(rows: slice) -> np.ndarray:
        net.train_batch(x[rows], y[rows])
        return _flat(net.param_grads())

    found = answer(net, x.copy(), y.copy(), 3)
    if found is ...:
        return _DOTS
    if max(received, default=0) > 3:
        return f"You pass {max(received)} rows at once. The size was 3."
    first, second, last = (gradients(slice(n, n + 3)) for n in (0, 3, 6))
    return _compare(
        _flat(found),
        gradients(slice(7)),
        [
            (
                first + second + last,
                "You add up the parts. Each has been divided by its own rows; the "
                "whole would be divided by all of them.",
            ),
            (
                (first + second + last) / 3,
                "All parts count the same. In 7 rows of size 3 the last has one row.",
            ),
            (
                (first + second + last) * 3 / 7,
                "You count the last part as if it had as many rows as the others.",
            ),
            (
                3 * first + 3 * second + last,
                "Each part has its weight. Divide the sum by the number of all rows.",
            ),
            (
                last,
                "These are the gradients of the last part. Each train_batch writes "
                "new ones: keep what the parts before it gave.",
            ),
            ((first + second) / 2, "7 rows make 3 parts of size 3, not 2."),
        ],
        f"The gradients are in a row {_show(gradients(slice(7)))}; yours are "
        f"{_show(_flat(found))}.",
    )


@_checks("ex-shortcut")
def _shortcut(answer: Any) -> str | None:
    stream = np.random.RandomState(1)
    x, y, grad = stream.randn(4, 3), stream.randn(4, 1), stream.randn(4, 3)
    layer, dense = answer(3, Sigmoid()), Dense(3, Sigmoid())
    layer.seed = dense.seed = 1
    inner = dense.forward(x)
    wrong = _compare(
        layer.forward(x.copy()),
        x + inner,
        [
            (inner, "forward returns what a Dense returns. Where is the input?"),
            (x * inner, "forward multiplies the two. It must add them."),
        ],
        "forward must return the input plus what Dense makes of the input.",
    )
    if wrong is None:
        found, through = layer.backward(grad), dense.backward(grad)
        slips = [
            (
                through,
                "backward sends back what comes through the layer. The input reaches "
                "the output by a second way.",
            ),
            (grad, "backward sends back what comes by the shortcut, and nothing else."),
            (grad * through, "backward multiplies the two ways. They must be added."),
            (x + through, "The input itself is no gradient. What comes back to it?"),
        ]
        wrong = next((hint for slip, hint in slips if _equal(found, slip)), None)
    layers = [answer(3, Sigmoid()), answer(3), Dense(1)]
    return wrong or _gradients(NeuralNetwork(layers, MeanSquaredError()), x, y)


@_checks("ex-fading")
def _fading(answer: Any) -> str | None:
    if answer not in range(1, 21):
        return "Answer with a number of hidden layers: try 1, 2, 3 and on."
    X, _, y, _ = (rows[:32] for rows in load_boston())

    def fading(hidden: int) -> float:
        layers = [*(Dense(13, Sigmoid()) for _ in range(hidden)), Dense(1)]
        net = NeuralNetwork(layers, MeanSquaredError(), 1, independent_layers=True)
        net.train_batch(X, y)
        first, *_, last, _ = (np.abs(grad).mean() for grad in net.param_grads())
        return first / last

    here = fading(int(answer))
    if here >= 0.01:
        return f"With {answer} it is {here:.4f}, not yet below a hundredth."
    if any(fading(fewer) < 0.01 for fewer in range(1, int(answer))):
        return f"With {answer} it is {here:.4f}, but fewer layers are enough."
    return None


def _walk(optimizer: Any, grads: np.ndarray) -> np.ndarray:
    params = [np.zeros((1, 2)), np.zeros((1, 1))]
    for row in grads:
        now = [row[None, :2].copy(), row[None, 2:].copy()]
        optimizer.net = SimpleNamespace(
            params=lambda: params, param_grads=lambda now=now: now
        )
        optimizer.step()
    return _flat(params)


_UNMOVED = (
    "The parameters have not moved. `param = ...` gives a new array a name; write "
    "into the one that the network holds."
)


@_checks("ex-one-step")
def _one_step(answer: Any) -> str | None:
    return _compare(
        answer,
        0.125,
        [
            (0.25, "That is the limit: w jumps to 3.5, as far off on the other side."),
            (0.5, "That is the rate for b, along which the bowl is flatter."),
            (-0.125, "The size is right. The minus sign is in the rule already."),
            (2, "That is the length of the step. It is the rate times the gradient."),
            (8, "You divided the gradient by the step. It is the other way round."),
        ],
        f"With {answer} the step leads from -0.5 to {-0.5 + 16 * answer:.2f}.",
    )


@_checks("ex-own-rate")
def _own_rate(answer: Any) -> str | None:
    grads = np.array([[1.0, -0.02, 5.0], [2.0, 0.01, -4.0], [0.5, 0.03, 1.0]])

    def walk(old: float = 0.9, new: float = 0.1, **how: float) -> np.ndarray:
        mean = moved = np.zeros(3)
        for grad in grads:
            before, mean = mean, old * mean + new * grad**2
            divisor = before if "late" in how else mean
            moved = moved - 0.1 * grad / (divisor ** how.get("power", 0.5) + 1e-8)
        return moved

    moved = _walk(answer(lr=0.1), grads)
    return _compare(
        moved,
        walk(),
        [
            (np.zeros(3), _UNMOVED),
            (walk(power=1), "You divide by the mean of the squares. Take its root."),
            (walk(old=0.1, new=0.9), "0.9 and 0.1 have changed places."),
            (walk(old=1, new=1), "You add up all squares, and forget none of them."),
            (walk(late=1), "Bring the mean up to date first, and divide after that."),
            (walk(old=0), "The mean keeps nothing from the step before."),
            (-walk(), "You go with the gradient, not against it."),
            (10 * walk(), "The learning rate is missing."),
            (-0.1 * grads.sum(axis=0), "You never divide by the usual size."),
        ],
        f"After three steps the three entries have moved by {_show(moved)}; it must be "
        f"{_show(walk())}.",
    )


@_checks("ex-clip")
def _clip(answer: Any) -> str | None:
    long, short = np.array([[2.0, -1.0, 2.0]]), np.array([[0.2, -0.1, 0.2]])
    moved = _walk(answer(lr=0.1, limit=1.5), long)
    wrong = _compare(
        moved,
        -0.1 * long[0] * 1.5 / 3,
        [
            (np.zeros(3), _UNMOVED),
            (-0.1 * long[0], "A length of 3 with a limit of 1.5: you go on as before."),
            (-0.1 * long[0] / 3, "The length becomes 1. The limit was 1.5."),
            (
                -0.1 * np.array([3, -1.5, 1.5 * 5**0.5]) / 5**0.5,
                "Each array has a length of its own. All of them make one arrow.",
            ),
            (
                -0.1 * np.clip(long[0], -1.5, 1.5),
                "You cut off each entry for itself: that turns the arrow.",
            ),
            (-0.1 * long[0] * 1.5 / 9, "The sum of the squares is 9. Take its root."),
            (-0.1 * long[0] * 1.5 / 5, "You add up the sizes. Add up the squares."),
            (-long[0] * 1.5 / 3, "The learning rate is missing."),
            (0.1 * long[0] * 1.5 / 3, "You go with the gradient, not against it."),
        ],
        f"The gradients 2, -1 and 2, with a limit of 1.5 and a rate of 0.1, move the "
        f"parameters by {_show(moved)}; it must be {_show(-0.05 * long[0])}.",
    )
    return wrong or _compare(
        _walk(answer(lr=0.1, limit=1.5), short),
        -0.1 * short[0],
        [(-0.5 * short[0], "A length of 0.3 is below the limit. You make it longer.")],
        "Long gradients are right. One below the limit must stay as it is.",
    )


@_checks("ex-batch-size")
def _batch_size(answer: Any) -> str | None:
    sizes = 1, 3, 10, 30, 100
    if answer not in sizes:
        return "Choose one of 1, 3, 10, 30 and 100."
    X, _, y, _ = load_boston()

    def loss_with(size: int) -> float:
        net = NeuralNetwork([Dense(1)], MeanSquaredError(), 20190501)
        optimizer = SGD(lr=0.05)
        optimizer.net = net
        for start in range(0, len(X), size):
            net.train_batch(X[start : start + size], y[start : start + size])
            optimizer.step()
        return net.loss.forward(net.forward(X), y)

    best = min(sizes, key=loss_with)
    way = "smaller" if answer > best else "larger"
    here = f"With batches of {answer} the loss is {loss_with(answer):.1f}."
    return None if answer == best else f"{here} A {way} size does better."


@_checks("ex-three-fits")
def _three_fits(answer: Any) -> str | None:
    return _compare(
        answer,
        [5, 1],
        [
            ([25, 5], "Which of the three calls says that it goes on from the last?"),
            ([5, 5], "The epochs are right. What does a restart do to the history?"),
            ([15, 3], "You restart with the second call. It says restart=False."),
            ([20, 4], "So it is after the second call. Then comes a third."),
            ([5, 0], "The third call trains for 5 epochs, and evaluates every 5."),
        ],
        "Go through the calls: which of them starts from new parameters?",
    )


@_checks("ex-even-batches")
def _even_batches(answer: Any) -> str | None:
    trainer = answer(NeuralNetwork([Dense(1)], MeanSquaredError()), SGD())
    for rows, sizes in ((7, [3, 4]), (6, [3, 3]), (3, [3]), (2, [2])):
        X, y = np.arange(2.0 * rows).reshape(rows, 2), np.arange(float(rows))[:, None]
        batches = list(trainer.generate_batches(X.copy(), y.copy(), 3))
        found = [len(X_batch) for X_batch, _ in batches]
        here = f"Of {rows} rows you make batches of {found}, with a size of 3."
        if found != [len(y_batch) for _, y_batch in batches]:
            return f"Of {rows} rows, a batch has not as many inputs as targets."
        if sum(found) != rows:
            return f"{here} Every row must come once, and {rows} of them there are."
        if found != sizes:
            small = min(found) < min(3, rows)
            return here + (
                f" The batch of {min(found)} is too small."
                if small
                else " Only what is left over joins the last one."
            )
        for whole, parts in zip((X, y), zip(*batches, strict=True), strict=True):
            if not _equal(np.vstack(parts), whole):
                return f"Of {rows} rows, some have changed their place."
    return None


@_checks("ex-patience")
def _patience(answer: Any) -> str | None:
    for losses, patience, truth, hint in (
        ([30, 25, 27, 20, 22, 21], 1, (2, 3), "27 is no better than 25."),
        ([9, 8, 7], 2, (3, 3), "Each is better than the one before it."),
        ([9, 5, 8, 7, 6, 6], 3, (2, 5), "Compare with the best, not with the last."),
        ([30, 25, 27, 20, 22, 21], 2, (4, 6), "27 was followed by a better one."),
        ([30, 25, 25, 25, 20], 2, (2, 4), "One that is equal is no better."),
    ):
        found = answer(list(losses), patience)
        if found is ...:
            return _DOTS
        if not _equal(found, truth):
            if _equal(np.add(found, 1), truth):
                hint = "Count from 1."
            elif _equal(found, truth[::-1]):
                hint = "First the best, then the stop."
            elif found[0] > found[1]:
                hint = "What comes after the stop, nobody has seen."
            return (
                f"For the losses {losses} and a patience of {patience} it must be "
                f"{truth}, and you return {found}. {hint}"
            )
    return None


@_checks("ex-look-often")
def _look_often(answer: Any) -> str | None:
    if answer not in (1, 2, 5, 10, 25):
        return "Choose one of 1, 2, 5, 10 and 25."
    ends = {}
    for eval_every in (1, 2, 5, 10, 25):
        epoch, errors = _fit(1, 0.05, 20190501, eval_every)
        ends[eval_every] = np.mean(errors**2), epoch
    loss, epoch = ends[answer]
    if (loss, epoch) == min(ends.values()):
        return None
    here = f"With {answer} the network is back at epoch {epoch}, with a loss of "
    return f"{here}{loss:.1f}. Another one leads lower."


@_checks("ex-one-miss")
def _one_miss(answer: Any) -> str | None:
    return _compare(
        answer,
        [2, 40**0.5],
        [
            (
                [2, 2],
                "The first is right. Square before you average: what is 20 by 20?",
            ),
            ([2, 20], "The first is right. For the second, too, average over ten."),
            ([2, 40], "The first is right. The second lacks its root."),
            ([20, 20], "That is the tenth house. The nine others count as well."),
            ([40**0.5, 2], "Both are right, in the wrong order."),
        ],
        "The misses of model B are nine times 0 and once 20. Average them; then their "
        "squares, and take the root.",
    )


@_checks("ex-r-squared")
def _r_squared(answer: Any) -> str | None:
    true = np.array([[20.0], [30.0], [50.0], [12.0]])
    close = np.array([[26.0], [33.0], [49.0], [18.0]])
    far = 3 * true
    squares = np.sum((true - close) ** 2)
    spread = np.sum((true - np.mean(true)) ** 2)
    size = np.sum(np.abs(true - close)) / np.sum(np.abs(true - np.mean(true)))
    slips = [
        (squares / spread, "That is the fraction. R squared is 1 minus it."),
        (
            1 - squares / np.sum((true - np.mean(close)) ** 2),
            "The average is that of the true prices, not of the predictions.",
        ),
        (1 - squares / np.sum(true**2), "Below the line, the average is missing."),
        (
            1 - squares / np.sum((close - np.mean(close)) ** 2),
            "Below the line stand the true prices, not the predictions.",
        ),
        (1 - squares / spread / len(true), "Average both sums or neither."),
        (1 - squares / np.var(true), "Average both sums or neither."),
        (1 - size, "You add up the sizes. Add up the squares."),
        (1 - (squares / spread) ** 0.5, "No root is taken."),
        (
            np.corrcoef(true.ravel(), close.ravel())[0, 1] ** 2,
            "That is the squared correlation: it forgives predictions all too high.",
        ),
    ]
    found = answer(true.copy(), close.copy())
    wrong = _compare(
        found,
        1 - squares / spread,
        slips,
        f"The misses' squares add up to {squares:.0f}, and the distances' from the "
        f"average to {spread:.0f}. You return {found}.",
    )
    if wrong is None and answer(true.copy(), far) > -1:
        return (
            "Right for a good model. For predictions three times too high you return "
            f"{answer(true.copy(), far):.2f}, not far below 0."
        )
    return wrong


@_checks("ex-collapse")
def _collapse(answer: Any) -> str | None:
    x = np.random.RandomState(1).randn(5, 3)
    for number in (1, 2, 3):
        net = NeuralNetwork(
            [Dense(3) for _ in range(number)],
            MeanSquaredError(),
            independent_layers=True,
        )
        prediction = net.forward(x)
        params = list(net.params())
        W, B = answer(net)
        Ws, Bs = [*params[::2], np.eye(3), np.eye(3)], params[1::2]
        right = Ws[0] @ Ws[1] @ Ws[2]
        wrong = _compare(
            W,
            right,
            [
                (
                    Ws[2] @ Ws[1] @ Ws[0],
                    "The first layer's W comes first: x @ W1 @ W2.",
                ),
                (
                    sum(params[::2]),
                    "You add the W. x goes through one after the other.",
                ),
                (Ws[0] @ Ws[1], "The third layer is missing."),
            ],
            "Its W is not the product of all W.",
        ) or _compare(
            B,
            prediction[:1] - x[:1] @ right,
            [
                (
                    sum(Bs),
                    "Its B adds up all B as they are. What does layer 2 do to B1?",
                ),
                (Bs[-1], "Its B is that of the last layer. The first one counts too."),
                (
                    prediction[0] - x[0] @ right,
                    "Its B has the right numbers. The shape must be (1, neurons).",
                ),
            ],
            "Its W is right, and its B is not: send x = 0 through the layers.",
        )
        if wrong:
            return f"For {number} layer{'s' * (number > 1)}: {wrong}"
    return None


@_checks("ex-lucky-seed")
def _lucky_seed(answer: Any) -> str | None:
    if answer == 20190501:
        return "That is the printed chapter's seed, with which the deep one wins."
    if answer not in range(21):
        return "Choose a whole number from 0 to 20."
    shallow, deep = (
        np.mean(np.abs(_fit(hidden, 0.01, int(answer), 50)[1])) for hidden in (1, 2)
    )
    if deep - shallow > 0.05:
        return None
    here = f"With seed {answer} one hidden layer has {shallow:.2f}, two have {deep:.2f}"
    if shallow - deep > 0.05:
        return f"{here}: the deep one wins. Try another."
    return f"{here}: that is too close. Try another."


@_checks("ex-answer-costs")
def _answer_costs(answer: Any) -> str | None:
    total = np.exp(2) + 2
    costs = [np.log(3), np.log(total) - 2, np.log(total)]
    found = np.asarray(answer)
    two_digits = found.dtype.kind in "if" and found.shape == (3,)
    if two_digits and np.allclose(found, costs, atol=0.006):
        return None
    chances = np.exp(-np.array(costs))
    slips = [
        (chances, "Those are the probabilities. Take minus their logarithm."),
        (np.log(chances), "The signs: a logarithm of less than 1 is negative."),
        (1 - chances, "That is what the probabilities lack. Take minus the logarithm."),
        (-np.log2(chances), "That is the logarithm to base 2. Take the natural one."),
        (-np.log10(chances), "That is the logarithm to base 10. Take the natural one."),
        (
            [costs[0], costs[2], costs[1]],
            "The first is right. A sure and right answer costs less than a wrong one.",
        ),
        ([0, *costs[1:]], "Only the first is wrong: equal logits are no sure answer."),
    ]
    for slip, hint in slips if two_digits else []:
        if np.allclose(found, slip, atol=0.006):
            return hint
    return (
        "Make probabilities of each row: e to each logit, divided by their sum. "
        "What counts is that of the right class."
    )


@_checks("ex-he-start")
def _he_start(answer: Any) -> str | None:
    for inputs, neurons in ((50, 20), (8, 32)):
        layers = [kind(neurons) for kind in (Dense, answer)]
        for layer in layers:
            layer.seed = 1
            layer.forward(np.ones((2, inputs)))
        drawn = layers[0].operations[0].param
        W, B = (operation.param for operation in layers[1].operations[:2])
        if not _equal(W.shape, drawn.shape):
            return f"W has the shape {W.shape}; it must stay {drawn.shape}."
        here = f"For {inputs} inputs and {neurons} neurons"
        spread = (2 / inputs) ** 0.5
        wrong = _compare(
            W,
            drawn * spread,
            [
                (drawn, f"{here} the weights are as Dense has drawn them."),
                (
                    drawn * spread**2,
                    f"{here} you multiply by the variance. Its root is the spread.",
                ),
                (
                    drawn * (2 / (inputs + neurons)) ** 0.5,
                    f"{here} that is Glorot's spread. He looks at the inputs alone.",
                ),
                (
                    drawn * (2 / neurons) ** 0.5,
                    f"{here} you take the neurons. The sum is over the inputs.",
                ),
                (
                    drawn * (1 / inputs) ** 0.5,
                    f"{here} the 2 is missing, which makes up for ReLU.",
                ),
                (
                    np.full_like(drawn, spread),
                    f"{here} all weights are equal. Scale those that Dense has drawn.",
                ),
            ],
            f"{here} the weights have a spread of {W.std():.3f}; it must be "
            f"{(drawn * spread).std():.3f}.",
        )
        if wrong is None and np.any(B != 0):
            wrong = "The weights are right. The biases begin at 0."
        if wrong:
            return wrong
    return None


@_checks("ex-halving")
def _halving(answer: Any) -> str | None:
    optimizer = answer(lr=0.4)
    for call in (1, 2):
        for epoch in range(1, 36):
            optimizer.start_epoch(epoch, 35)
            truth, found = 0.4 / 2 ** ((epoch - 1) // 10), optimizer.lr
            if _equal(found, truth):
                continue
            here = f"In epoch {epoch} the rate is {found:.3f}; it must be {truth:.3f}."
            if call == 2:
                return f"Right for one fit. In a second one: {here}"
            if epoch % 10 == 0 and _equal(found, truth / 2):
                return f"{here} The tenth epoch still has the old rate: count from 0."
            if 1 < epoch < 10 and found < truth:
                return f"{here} It changes only after ten epochs: divide whole numbers."
            if epoch > 20 and _equal(found, 0.2):
                return f"{here} You halve it once. It halves every ten epochs."
            return here
    return None


@_checks("ex-how-much-momentum")
def _how_much_momentum(answer: Any) -> str | None:
    momenta = 0.5, 0.7, 0.8, 0.9, 0.99
    if answer not in momenta:
        return "Choose one of 0.5, 0.7, 0.8, 0.9 and 0.99."

    def height_after(momentum: float) -> float:
        point, velocity = np.array([1.0, 8.0]), np.zeros(2)
        for _ in range(60):
            velocity = momentum * velocity - 0.05 * np.array([20, 1]) * point
            point = point + velocity
        return 10 * point[0] ** 2 + 0.5 * point[1] ** 2

    best = min(momenta, key=height_after)
    if answer == best:
        return None
    why = "It still creeps" if answer < best else "It swings past and comes back"
    return (
        f"With {answer} the height is {height_after(answer):.6f}. {why}: try another."
    )


@_checks("ex-which-way-round")
def _which_way_round(answer: Any) -> str | None:
    yours = (5, 8), (8, 3)
    return _compare(
        answer,
        [(8, 5), (3, 8), (5, 8)],
        [
            (
                [*yours, (5, 8)],
                "So your own W lie. nn.Linear has a row for each of its neurons.",
            ),
            (
                [*yours, (8, 5)],
                "You have the two libraries the wrong way round.",
            ),
            (
                [(8, 5), (3, 8), (8, 5)],
                "PyTorch's two are right. Does scikit-learn transpose as well?",
            ),
            (
                [(8, 5), (3, 5), (5, 8)],
                "The second layer takes what the 8 neurons give, not the data.",
            ),
        ],
        "Write down your own W first: inputs by neurons, for each layer. Then ask who "
        "turns them round.",
    )


@_checks("ex-same-step")
def _same_step(answer: Any) -> str | None:
    return _compare(
        answer,
        [0.1, 0.02],
        [
            ([0.01, 0.01], "So the steps are shorter in both. By what do they divide?"),
            (
                [0.001, 0.005],
                "The other way: where a gradient is smaller, the rate must be larger.",
            ),
            ([0.1, 0.2], "The first is right. What did the two outputs show you?"),
            ([0.1, 0.01], "The first is right. The second divides by something too."),
            (
                [0.02, 0.02],
                "The second is right. PyTorch averages over all entries: how many "
                "outputs are there?",
            ),
            ([0.02, 0.1], "Both are right, in the wrong order."),
        ],
        "By how much is each one's gradient smaller than yours, with 10 outputs?",
    )


def _two_layers(x: np.ndarray, W1: Any, B1: Any, W2: Any, B2: Any) -> np.ndarray:
    return Sigmoid().forward(x @ W1 + B1) @ W2 + B2


@_checks("ex-home-again")
def _home_again(answer: Any) -> str | None:
    stream = np.random.RandomState(1)
    x = stream.randn(4, 3)
    for hidden, outputs in ((3, 3), (5, 2)):
        here = f"With layers of {hidden} and {outputs} neurons"
        layers = [Dense(hidden, Sigmoid()), Dense(outputs)]
        net = NeuralNetwork(layers, MeanSquaredError())
        before = net.forward(x)
        old_B1, old_B2 = (layer.params[1].copy() for layer in layers)
        W1, W2 = stream.randn(3, hidden), stream.randn(hidden, outputs)
        B1, B2 = stream.randn(hidden), stream.randn(outputs)
        sent = [W1.T.copy(), B1.copy(), W2.T.copy(), B2.copy()]
        answer(net, sent)
        slips = [
            (before, f"{here} it predicts what it did before: write into its arrays."),
            (
                _two_layers(x, W1, old_B1, W2, old_B2),
                f"{here} the weights have arrived, and the biases have not.",
            ),
        ]
        if hidden == outputs:
            untransposed = _two_layers(x, W1.T, B1, W2.T, B2)
            slips.append((untransposed, f"{here} you did not transpose, and it fits."))
        wrong = _compare(
            net.forward(x),
            _two_layers(x, W1, B1, W2, B2),
            slips,
            f"{here} the predictions are not those of the network that you were sent.",
        )
        if wrong:
            return wrong
        for layer in layers:
            for operation in layer.operations[:2]:
                operation.param += 1.0
        if not all(map(_equal, sent, [W1.T, B1, W2.T, B2])):
            return "If the network is trained on, what you were sent changes. Copy it."
    return None


@_checks("ex-counting-ends")
def _counting_ends(answer: Any) -> str | None:
    if isinstance(answer, bool) or answer not in range(128):
        return "It must be a whole number from 0 to 127, the power of 2."
    number = np.float32(2.0**answer)
    if number + np.float32(1) != number:
        return f"At 2 to the {answer}, which is {number:,.0f}, 1 more still counts."
    if answer == 53:
        return "That is where double precision ends. Single precision ends earlier."
    return None if answer == 24 else "There it is stuck, but it is already earlier."


@_checks("ex-how-much-faster")
def _how_much_faster(answer: Any) -> str | None:
    step, at_most = np.asarray(answer, dtype=float)
    if _equal([step, at_most], [25.0, 10.0]):
        return "Those are the new times. How many times as fast is it?"
    if _equal([step, at_most], [0.625, 0.25]):
        return "The other way up: the old time, divided by the new."
    wrong = _compare(
        step,
        1.6,
        [
            (2.0, "For the first: only the products take half as long."),
            (
                0.6,
                "The first is how much is gained. Add 1: so many times as fast it is.",
            ),
            (1.5, "For the first: the step takes 25 microseconds, not 40."),
        ],
        "For the first, add up what the step takes afterwards, and divide 40 "
        "microseconds by that.",
    )
    return wrong or _compare(
        at_most,
        4.0,
        [
            (np.inf, "The first is right. The other 10 microseconds always stay."),
            (3.0, "The first is right. The second is how much is gained. Add 1."),
            (4 / 3, "The first is right. In the second the 10 stay, not the 30."),
        ],
        "The first is right. In the second the products take no time at all: what "
        "does the step take then?",
    )


@_checks("ex-count-products")
def _count_products(answer: Any) -> str | None:
    return _compare(
        answer,
        [12000, 16000],
        [
            ([1500, 2000], "So it is for one row. The batch has 8."),
            (
                [12000, 24000],
                "The first is right. Who would read the gradient of the data?",
            ),
            (
                [12000, 12000],
                "The first is right. How does the gradient get to the hidden layer?",
            ),
            (
                [12000, 16480],
                "So it is with BiasAdd's rows of ones. Leave them out.",
            ),
            ([12000, 28000], "The second is there and back together. Only back."),
            (
                [12000, 20000],
                "The first is right. Which of the two layers sends a gradient on?",
            ),
        ],
        "A product of (a, b) and (b, c) takes a x b x c multiplications. Two go "
        "forward. On the way back there is one for each W, and one between the layers.",
    )


@_checks("ex-in-place")
def _in_place(answer: Any) -> str | None:
    x = np.random.RandomState(1).randn(64, 256)
    before, out = x.copy(), np.full_like(x, 7.0)
    answer(x, out)
    if not _equal(x, before):
        return "Afterwards x is another. It belongs to the batch, and must stay."
    if _equal(out, np.full_like(x, 7.0)):
        return "out is as it was. Write into it, with out=out. `out = ...` does not."
    exp = np.exp(-x)
    wrong = _compare(
        out,
        1.0 / (1.0 + exp),
        [
            (1.0 / (1.0 + 1.0 / exp), "A sign is missing: exp of -x."),
            (exp, "out holds exp of -x. Two calls are missing."),
            (1.0 + exp, "out holds 1 + exp of -x. The division is missing."),
            (
                np.full_like(x, 1.0 / (1.0 + np.exp(-7.0))),
                "The first call must read x. It reads what happened to be in out.",
            ),
        ],
        "out is filled, but not with the sigmoid of x.",
    )
    if wrong:
        return wrong
    tracemalloc.start()
    answer(x, out)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    if peak > x.nbytes / 2:
        return (
            "The numbers are right, but new arrays are made: "
            f"{peak / x.nbytes:.0f} of this size at one time. Give each call out=out."
        )
    return None


@_checks("ex-single-throughout")
def _single_throughout(answer: Any) -> str | None:
    named = {str(letter).lower() for letter in answer}
    if not named <= set("abcdef") or isinstance(answer, dict):
        return "Name the batches, as a list of letters: ['a', 'b']."
    hints = {
        "a": "In a, the loss subtracts targets in double precision.",
        "b": "In b, the data are in double precision, and so are the weights.",
        "c": "c has both in single precision. What could turn it into double?",
        "d": "In d, what are the mean and the deviation of an array in float32?",
        "e": "In e, the second factor is an array. Which precision does it have?",
        "f": "In f, 0.5 is a plain number of Python's: it takes the array's precision.",
    }
    wrong = sorted(named ^ set("cdf"))
    return hints[wrong[0]] if wrong else None

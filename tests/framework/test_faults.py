"""Nothing goes wrong in silence: data, parameters, remedies, Ctrl-C and restarts."""

import warnings

import numpy as np
import pytest
from models import Scale, fit, identical, network, own, same

from scratchdl import (
    SGD,
    Dense,
    Dropout,
    MeanSquaredError,
    NeuralNetwork,
    Operation,
    ReLU,
    SGDMomentum,
    Sigmoid,
    SoftmaxCrossEntropy,
    Trainer,
    load_boston,
    softmax,
)

DATA = [array[:60] for array in load_boston()]
X, Y = DATA[0], DATA[2]


@pytest.fixture(autouse=True)
def no_warnings():
    """NumPy's warnings are no answer, and none may come before the message."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def with_one(array, value):
    array = array.copy()
    array[7, -1] = value
    return array


class Swallow(Operation):
    """An activation that turns nan into 0, and takes its gradient from there."""

    def _output(self):
        return np.where(self.input_ > 0, self.input_, 0.0)

    def _input_grad(self, output_grad):
        return np.where(self.input_ > 0, output_grad, 0.0)


# Fault 2: numbers that are not finite.
@pytest.mark.parametrize("activation", [Sigmoid, ReLU, Swallow, Dropout])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("which", ["X_train", "X_test", "y_train", "y_test"])
def test_fit_names_the_place_in_the_data(which, value, activation):
    net = NeuralNetwork([Dense(3, activation()), Dense(1)], MeanSquaredError())
    data = dict(zip(["X_train", "X_test", "y_train", "y_test"], DATA, strict=True))
    data[which] = with_one(data[which], value)
    column = data[which].shape[1] - 1
    with pytest.raises(ValueError, match=rf"{which} .*row 7, column {column}"):
        Trainer(net, SGD()).fit(**data, epochs=1)
    assert all(layer.first for layer in net.layers)


@pytest.mark.parametrize("activation", [Sigmoid, Swallow])
@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("which", [0, 1])
def test_train_batch_names_the_place_and_no_step_is_taken(which, value, activation):
    net = NeuralNetwork([Dense(3, activation()), Dense(1)], MeanSquaredError())
    optimizer = SGD()
    optimizer.net = net
    batch = [X, Y]
    batch[which] = with_one(batch[which], value)
    name, column = ("x_batch", 12) if which == 0 else ("y_batch", 0)
    with pytest.raises(ValueError, match=rf"{name} .*row 7, column {column}"):
        net.train_batch(*batch)
    assert all(layer.first for layer in net.layers)
    net.train_batch(X, Y)
    gradients = list(net.param_grads())
    with pytest.raises(ValueError, match=name):
        net.train_batch(*batch)
    assert identical(gradients, net.param_grads())
    optimizer.step()
    assert all(np.isfinite(param).all() for param in net.params())


def test_a_gradient_that_is_not_finite_is_refused():
    class Half(Swallow):
        def _input_grad(self, output_grad):
            return output_grad / (self.input_ > 0)

    net = NeuralNetwork([Dense(3, Half()), Dense(1)], MeanSquaredError())
    with pytest.raises(RuntimeError, match=r"gradient of shape \(13, 3\).*backward"):
        net.train_batch(X, Y)


def test_squares_that_overflow_do_not_make_a_gradient_infinite():
    net = network(hidden=0)
    net.train_batch(1e-100 * X, np.full_like(Y, 1e150))
    huge = list(net.param_grads())[1]
    assert np.isfinite(huge) and abs(huge) > 1e140
    net.train_batch(1e100 * X, 1e-100 * Y + 1e60)  # squares above 1e308
    assert np.abs(next(net.param_grads())).max() > 1e155


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_parameters_do_not_become_infinite_unnoticed(tmp_path, value):
    net = NeuralNetwork([Dense(3, Swallow()), Dense(1)], MeanSquaredError())
    net.forward(X)
    W = net.layers[0].params[0]
    with pytest.raises(ValueError, match=r"WeightMultiply: param .*row 7, column 2"):
        net.layers[0].params[0] = with_one(W, value)
    np.savez(tmp_path / "net.npz", with_one(W, value), *list(net.params())[1:])
    with pytest.raises(ValueError, match=r"net.npz.*row 7, column 2"):
        net.load(tmp_path / "net.npz")
    assert np.isfinite(net.layers[0].params[0]).all()

    class Wrong(SGD):
        def step(self):
            super().step()
            next(self.net.params())[...] = value

    with pytest.raises(RuntimeError, match=r"Wrong: parameter .*row 0, column 0"):
        fit(Trainer(net, Wrong()), DATA)
    assert all(layer.first is False for layer in net.layers)


@pytest.mark.parametrize("lr", [np.inf, np.nan, -1])
@pytest.mark.parametrize("kind", [SGD, SGDMomentum])
def test_a_rate_that_is_set_later_is_checked_too(kind, lr):
    trainer = Trainer(network(), kind())
    trainer.optim.lr = lr
    with pytest.raises(ValueError, match=f"{kind.__name__}: lr .*{lr}"):
        fit(trainer, DATA, epochs=1)
    assert all(layer.first for layer in trainer.net.layers)


# Fault 3: each remedy, followed to the letter, leads to code that works.
def one_hot(neurons, y):
    return lambda: np.eye(neurons)[y.astype(int).ravel()]


CLASSES = np.arange(60) % 3
REMEDIES = {
    "class numbers": (3, CLASSES, one_hot(3, CLASSES), "np.eye(3)[y.astype"),
    "a column of them": (3, CLASSES[:, None], one_hot(3, CLASSES), "np.eye(3)[y.as"),
    "as floats": (3, 1.0 * CLASSES, one_hot(3, 1.0 * CLASSES), "np.eye(3)[y.astype"),
}


@pytest.mark.parametrize(
    "neurons, wrong, remedy, word", REMEDIES.values(), ids=REMEDIES
)
def test_class_numbers_lead_to_one_hot_rows(neurons, wrong, remedy, word):
    net = NeuralNetwork([Dense(neurons)], SoftmaxCrossEntropy())
    with pytest.raises(ValueError, match="one-hot") as raised:
        net.train_batch(X, wrong)
    assert word in str(raised.value)
    assert net.train_batch(X, remedy()) > 0


def test_a_flat_target_leads_to_a_column():
    with pytest.raises(ValueError, match=r"reshape\(-1, 1\)") as raised:
        network().train_batch(X, Y.ravel())
    assert "np.eye" not in str(raised.value)
    assert network().train_batch(X, Y.ravel().reshape(-1, 1)) > 0


def test_too_few_neurons_lead_to_their_number():
    both = np.hstack([Y, Y])
    with pytest.raises(ValueError, match="2 neurons in the last layer"):
        network().train_batch(X, both)
    net = NeuralNetwork([Dense(2)], MeanSquaredError())
    assert net.train_batch(X, both) > 0


def test_an_activation_among_the_layers_leads_into_a_layer():
    with pytest.raises(TypeError, match=r"Dense\(1, activation=Sigmoid\(\)\)"):
        NeuralNetwork([Dense(1), Sigmoid()], MeanSquaredError())
    layer = Dense(1, activation=Sigmoid())
    assert NeuralNetwork([layer], MeanSquaredError()).train_batch(X, Y) > 0


# Fault 7: the cause that the arrays show.
def test_an_overflow_in_an_operation_names_it():
    exp = own(Operation, _output=lambda op: np.exp(op.input_))()
    net = NeuralNetwork([Dense(3, exp), Dense(1)], MeanSquaredError())
    with pytest.raises(RuntimeError, match=r"Own: the output for inputs up to \d+"):
        net.train_batch(1000 * X, Y)


def test_a_half_is_named_as_the_cause():
    half = np.full((9, 9), 100, np.float16)
    with pytest.raises(RuntimeError, match="float16"):
        MeanSquaredError().forward(half, -half)


def test_a_logarithm_of_zero_is_not_blamed_on_the_learning_rate():
    log = own(MeanSquaredError, _output=lambda loss: -np.log(0 * loss.target).sum())
    with pytest.raises(RuntimeError, match=r"log\(0\)") as raised:
        log().forward(Y, Y)
    assert "rate" not in str(raised.value)


def test_a_loss_without_dimensions_leads_to_float():
    loss = own(MeanSquaredError, _output=lambda loss: np.array(1.0))
    with pytest.raises(TypeError, match=r"float\(\.\.\.\)"):
        loss().forward(Y, Y)


# Fault 8: Ctrl-C.
class Interrupted(SGD):
    """SGD that is stopped by the reader at one of its steps."""

    steps, last = 0, np.inf

    def step(self):
        self.steps += 1
        if self.steps > self.last:
            raise KeyboardInterrupt
        super().step()


@pytest.mark.parametrize("last, epoch", [(1, 0), (5, 2), (6, 3)])
@pytest.mark.parametrize("restart", [True, False])
def test_ctrl_c_keeps_the_best_evaluation(last, epoch, restart):
    net = network()
    trainer = Trainer(net, Interrupted())
    trainer.optim.last = last
    with pytest.raises(KeyboardInterrupt):
        fit(trainer, DATA, epochs=9, eval_every=1, batch_size=40, restart=restart)
    assert trainer.epoch == epoch == len(trainer.history["epochs"])
    assert len(trainer.history["validation_loss"]) == epoch
    if epoch:
        straight = Trainer(network(), SGD())
        fit(straight, DATA, epochs=epoch, eval_every=1, batch_size=40)
        assert same(net.params(), straight.net.params())
        assert trainer.history == straight.history
    else:
        assert all(layer.first for layer in net.layers)


# Faults 9 and 10: restarts.
def test_a_restart_says_when_it_replaces_loaded_parameters(tmp_path, capsys):
    net = network()
    fit(Trainer(net, SGD()), DATA, epochs=10)
    net.save(tmp_path / "net.npz")
    loaded = network()
    loaded.load(tmp_path / "net.npz")
    X_train, X_test, y_train, y_test = DATA
    trainer = Trainer(loaded, SGD(1e-6))
    for restart, says in ((False, False), (True, False)):
        trainer.fit(X_train, y_train, X_test, y_test, epochs=1, restart=restart)
        assert ("restart=False" in capsys.readouterr().out) is says
    loaded.load(tmp_path / "net.npz")
    trainer = Trainer(loaded, SGD(1e-6))
    trainer.fit(X_train, y_train, X_test, y_test, epochs=1)
    assert "restart=False" in capsys.readouterr().out
    new = network()
    Trainer(new, SGD()).fit(X_train, y_train, X_test, y_test, epochs=1)
    assert "restart" not in capsys.readouterr().out


def test_a_restart_resets_the_parameter_of_an_activation():
    scale = Scale(np.full((1, 3), 0.5))
    start = scale.param
    net = NeuralNetwork([Dense(3, scale), Dense(1)], MeanSquaredError())
    trainer = Trainer(net, SGD())
    first = fit(trainer, DATA, epochs=3, eval_every=1)
    assert not same([scale.param], [np.full((1, 3), 0.5)])
    assert scale.param is start is net.layers[0].params[2]
    assert fit(trainer, DATA, epochs=3, eval_every=1) == first


def test_a_restart_resets_the_memory_of_an_optimizer():
    trainer = Trainer(network(), SGDMomentum(1e-3))
    first = fit(trainer, DATA, epochs=5, eval_every=1)
    assert fit(trainer, DATA, epochs=5, eval_every=1) == first


# Fault 16: settings made by others.
def test_a_harmless_underflow_is_no_error():
    with np.errstate(all="raise"):
        assert Sigmoid().forward(np.array([[-2000.0, 2000.0]])).tolist() == [[0, 1]]
        assert softmax(np.array([[0.0, -1000.0]])).tolist() == [[1, 0]]
        net = NeuralNetwork([Dense(3, Sigmoid()), Dense(2)], SoftmaxCrossEntropy())
        optimizer = SGDMomentum(1e-200)
        optimizer.net = net
        for _ in range(2):
            net.train_batch(400 * X, np.eye(2)[CLASSES % 2])
            optimizer.step()
        fit(Trainer(network(), SGD()), [300 * DATA[0], 300 * DATA[1], *DATA[2:]])

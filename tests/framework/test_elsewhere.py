"""The chapter's three models against PyTorch and scikit-learn: gradients and losses."""

import numpy as np
import pytest
from models import HIDDEN_LAYERS, SEED, fit, network

WHY = "make test-elsewhere brings PyTorch and scikit-learn"
torch = pytest.importorskip("torch", reason=WHY)
pytest.importorskip("sklearn", reason=WHY)

from sklearn.neural_network import MLPRegressor  # noqa: E402

from scratchdl import (  # noqa: E402
    SGD,
    Dense,
    MeanSquaredError,
    NeuralNetwork,
    Sigmoid,
    Trainer,
    load_boston,
)

DATA = X_TRAIN, X_TEST, Y_TRAIN, Y_TEST = load_boston()
mean_squared_error = torch.nn.functional.mse_loss


class Recorded(NeuralNetwork):
    """Keeps what it starts from, and each batch that a trainer shows it."""

    def train_batch(self, x_batch, y_batch):
        if not self.batches:
            self.start = [param.copy() for param in self.params()]
        self.batches.append((x_batch, y_batch))
        return super().train_batch(x_batch, y_batch)


@pytest.fixture(scope="module", params=HIDDEN_LAYERS.values(), ids=HIDDEN_LAYERS)
def recorded(request):
    """Return a network that `fit` has trained, and the loss after each epoch."""
    net = network(request.param)
    net = Recorded(net.layers, net.loss, seed=SEED)
    net.batches = []
    trainer = Trainer(net, SGD(lr=0.01))
    fit(trainer, DATA, eval_every=1, early_stopping=False)
    assert len(net.batches) == 50 * 12
    return net, trainer.history["validation_loss"]


def in_torch(params):
    """Return a network with copies of W, B, W, B ... in its layers."""
    pieces = []
    for W, B in zip(params[::2], params[1::2], strict=True):
        linear = torch.nn.Linear(*W.shape, dtype=torch.float64)
        linear.weight.data = torch.tensor(W.T)
        linear.bias.data = torch.tensor(B[0])
        pieces += [linear, torch.nn.Sigmoid()]
    return torch.nn.Sequential(*pieces[:-1])


def test_the_losses_of_all_50_epochs_agree_with_pytorch(recorded):
    net, expected = recorded
    model = in_torch(net.start)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    losses = []
    for number, batch in enumerate(net.batches, start=1):
        x, y = map(torch.tensor, batch)
        optimizer.zero_grad()
        mean_squared_error(model(x), y).backward()
        optimizer.step()
        if number % 12 == 0:
            prediction = model(torch.tensor(X_TEST))
            losses.append(mean_squared_error(prediction, torch.tensor(Y_TEST)).item())
    np.testing.assert_allclose(losses, expected, rtol=0, atol=1e-9)


def test_the_losses_of_all_50_epochs_agree_with_scikit_learn(recorded):
    net, expected = recorded
    model = MLPRegressor(
        hidden_layer_sizes=[layer.neurons for layer in net.layers[:-1]],
        activation="logistic",
        solver="sgd",
        learning_rate_init=0.02,  # Its loss is half of ours.
        momentum=0,
        alpha=0,
        shuffle=False,
    )
    losses = []
    model.partial_fit(X_TRAIN[:32], Y_TRAIN[:32].ravel())
    model.coefs_[:] = [W.copy() for W in net.start[::2]]
    model.intercepts_[:] = [B[0].copy() for B in net.start[1::2]]
    for number, (x, y) in enumerate(net.batches, start=1):
        model.partial_fit(x, y.ravel())
        if number % 12 == 0:
            losses.append(np.mean((model.predict(X_TEST) - Y_TEST.ravel()) ** 2))
    np.testing.assert_allclose(losses, expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("hidden", HIDDEN_LAYERS.values(), ids=HIDDEN_LAYERS)
@pytest.mark.parametrize("rows", [1, 2, 32])
def test_the_gradients_agree_with_pytorch(hidden, rows):
    net = network(hidden, independent_layers=True)
    net.train_batch(X_TRAIN[:rows], Y_TRAIN[:rows])
    model = in_torch(list(net.params()))
    x = torch.tensor(X_TRAIN[:rows], requires_grad=True)
    mean_squared_error(model(x), torch.tensor(Y_TRAIN[:rows])).backward()
    net.layers[0].operations[0].needs_input_grad = True
    net.backward(net.loss.backward())  # train_batch leaves out the data's gradient.
    ours = [*net.param_grads(), net.layers[0].operations[0].input_grad]
    theirs = [param.grad.numpy().T for param in model.parameters()]
    for one, other in zip(ours, [*theirs, x.grad.numpy()], strict=True):
        gap = np.abs(one - other.reshape(one.shape)).max()
        assert gap <= 1e-12 * max(1, np.abs(one).max())


def test_the_gradients_agree_in_single_precision():
    X, y = X_TRAIN[:32].astype(np.float32), Y_TRAIN[:32].astype(np.float32)
    net = NeuralNetwork([Dense(13, Sigmoid()), Dense(1)], MeanSquaredError())
    net.train_batch(X, y)
    model = in_torch(list(net.params()))
    mean_squared_error(model(torch.tensor(X)), torch.tensor(y)).backward()
    for grad, param in zip(net.param_grads(), model.parameters(), strict=True):
        assert grad.dtype == np.float32 and param.dtype == torch.float32
        there = param.grad.numpy().T.reshape(grad.shape)
        np.testing.assert_allclose(grad, there, rtol=1e-4, atol=1e-4)

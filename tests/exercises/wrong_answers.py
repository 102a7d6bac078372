"""Typical wrong answers to each exercise, with words of the message meant for them.

Each is code that takes the place of the solution; the exercise's check line follows.
"""

WRONG_ANSWERS = {
    # Chapter 1
    "ex-zero-start": [
        ('zero_gradients = ["W2"]', "Is that zero?"),
        ('zero_gradients = ["W2", "B2"]', "W2 stands in neither"),
        ('zero_gradients = ["W1", "B1", "W2", "B2"]', "The error is not zero"),
        ('zero_gradients = "W1"', "What else is made from dN1?"),
        ("zero_gradients = []", "At least one is"),
    ],
    "ex-small-weights": [
        (
            """
def small_weights_gradients(X, y, W, B, strength):
    dE = 2 * (X @ W + B - y) / len(X)
    return X.T @ dE + strength * W, dE.sum(axis=0, keepdims=True)
""",
            "derivative of a square",
        ),
        (
            """
def small_weights_gradients(X, y, W, B, strength):
    dE = 2 * (X @ W + B - y) / len(X)
    return X.T @ dE - 2 * strength * W, dE.sum(axis=0, keepdims=True)
""",
            "added, not subtracted",
        ),
        (
            """
def small_weights_gradients(X, y, W, B, strength):
    dE = 2 * (X @ W + B - y) / len(X)
    return X.T @ dE, dE.sum(axis=0, keepdims=True)
""",
            "without the new part",
        ),
        (
            """
def small_weights_gradients(X, y, W, B, strength):
    dE = 2 * (X @ W + B - y) / len(X)
    dB = dE.sum(axis=0, keepdims=True) + 2 * strength * B
    return X.T @ dE + 2 * strength * W, dB
""",
            "dB has changed",
        ),
    ],
    "ex-no-peeking": [
        (
            """
def scale(train, test):
    both = np.vstack([train, test])
    mean, deviation = both.mean(axis=0), both.std(axis=0)
    return (train - mean) / deviation, (test - mean) / deviation
""",
            "looks at the test rows",
        ),
        (
            """
def scale(train, test):
    own = [(rows - rows.mean(axis=0)) / rows.std(axis=0) for rows in (train, test)]
    return own[0], own[1]
""",
            "the test rows by themselves",
        ),
        (
            """
def scale(train, test):
    mean, deviation = train.mean(), train.std()
    return (train - mean) / deviation, (test - mean) / deviation
""",
            "one mean for all columns",
        ),
        (
            """
def scale(train, test):
    return train - train.mean(axis=0), test - train.mean(axis=0)
""",
            "divide by the deviations",
        ),
    ],
    "ex-step-too-long": [
        ("too_long = 0.025", "from 494.67 to 14.67"),
        ("too_long = 0.013", "from 494.67 to 6.90"),
        ("too_long = 0.03", "with a smaller rate already"),
        ("too_long = 0.0263", "whole number of thousandths"),
    ],
    # Chapter 2
    "ex-used-twice": [
        ("last_grad = 32", "with two objects"),
        ("last_grad = np.array([[8.0]])", "what the first backward returns"),
        ("last_grad = 16", "Which came last?"),
    ],
    "ex-relu": [
        (
            """
class ReLU(Operation):
    def _output(self):
        return np.maximum(self.input_, 0)

    def _input_grad(self, output_grad):
        return np.maximum(output_grad, 0)
""",
            "for the input to say",
        ),
        (
            """
class ReLU(Operation):
    def _output(self):
        return np.maximum(self.input_, 0)

    def _input_grad(self, output_grad):
        return 1.0 * (self.input_ > 0)
""",
            "output gradient not multiplied in",
        ),
        (
            """
class ReLU(Operation):
    def _output(self):
        return np.abs(self.input_)

    def _input_grad(self, output_grad):
        return output_grad * (self.input_ > 0)
""",
            "Look at _output",
        ),
        (
            """
class ReLU(Operation):
    def _output(self):
        return np.maximum(self.input_, 0)

    def _input_grad(self, output_grad):
        return output_grad
""",
            "every gradient pass",
        ),
        (
            """
class ReLU(Operation):
    def _output(self):
        self.input_[self.input_ < 0] = 0
        return self.input_

    def _input_grad(self, output_grad):
        return output_grad * (self.input_ > 0)
""",
            "in place",
        ),
    ],
    "ex-leaky-relu": [
        (
            """
class LeakyReLU(ParamOperation):
    def _output(self):
        return np.where(self.input_ > 0, self.input_, self.param * self.input_)

    def _input_grad(self, output_grad):
        return output_grad * np.where(self.input_ > 0, 1.0, self.param)

    def _param_grad(self, output_grad):
        return np.sum(output_grad * self.input_, axis=0, keepdims=True)
""",
            "_param_grad counts all rows",
        ),
        (
            """
class LeakyReLU(ParamOperation):
    def _output(self):
        return np.where(self.input_ > 0, self.input_, self.param * self.input_)

    def _input_grad(self, output_grad):
        return output_grad * np.where(self.input_ > 0, 1.0, self.param)

    def _param_grad(self, output_grad):
        negative = np.minimum(self.input_, 0)
        return np.mean(output_grad * negative, axis=0, keepdims=True)
""",
            "averaged",
        ),
        (
            """
class LeakyReLU(ParamOperation):
    def _output(self):
        return np.where(self.input_ > 0, self.input_, self.param * self.input_)

    def _input_grad(self, output_grad):
        return output_grad * np.where(self.input_ > 0, 1.0, self.param)

    def _param_grad(self, output_grad):
        return output_grad * np.minimum(self.input_, 0)
""",
            "not summed over the batch",
        ),
        (
            """
class LeakyReLU(ParamOperation):
    def _output(self):
        return np.maximum(self.input_, self.param * self.input_)

    def _input_grad(self, output_grad):
        return output_grad * np.where(self.input_ > 0, 1.0, self.param)

    def _param_grad(self, output_grad):
        negative = np.minimum(self.input_, 0)
        return np.sum(output_grad * negative, axis=0, keepdims=True)
""",
            "Look at _output",
        ),
    ],
    "ex-explode": [
        ("how_many = 2", "the gradient is 41"),
        ("how_many = 4", "Fewer will do"),
        ("how_many = 14", "not all 2.7"),
    ],
    # Chapter 3
    "ex-bias-rows": [
        ("bias_grad = [[3, 4]]", "average"),
        ("bias_grad = [9, 12]", "shape must be that of B"),
        ("bias_grad = [[3], [7], [11]]", "summed over the columns"),
    ],
    "ex-tanh": [
        (
            """
class Tanh(Operation):
    def _output(self):
        return np.tanh(self.input_)

    def _input_grad(self, output_grad):
        return 1 - self.output**2
""",
            "output gradient",
        ),
        (
            """
class Tanh(Operation):
    def _output(self):
        return np.tan(self.input_)

    def _input_grad(self, output_grad):
        return output_grad * (1 - self.output**2)
""",
            "Look at _output",
        ),
    ],
    "ex-saturation": [
        ("flat_from = 4", "still 0.018"),
        ("flat_from = -5", "for 0, 1, 2 and on"),
    ],
    # Chapter 4
    "ex-error-size": [
        ("error_of_three_times = 3", "claim beside the truth"),
        ("error_of_three_times = 2 / 3", "divided by the claim"),
        ("error_of_three_times = 1.5", "Take a gradient of 1"),
    ],
    "ex-softplus": [
        (
            """
class Softplus(Operation):
    def _output(self):
        return np.log(1 + np.exp(self.input_))

    def _input_grad(self, output_grad):
        return output_grad / (1 + np.exp(-self.input_))
""",
            "For 1000 and -1000 it gives",
        ),
        (
            """
class Softplus(Operation):
    def _output(self):
        return np.logaddexp(0, 10 * self.input_) / 10

    def _input_grad(self, output_grad):
        return output_grad / (1 + np.exp(-10 * self.input_))
""",
            "0.005 0.069 1.5",
        ),
        (
            """
class Softplus(Operation):
    def _output(self):
        return np.logaddexp(0, self.input_)

    def _input_grad(self, output_grad):
        return 1 - np.exp(-self.output)
""",
            "output gradient not multiplied in",
        ),
        (
            """
class Softplus(Operation):
    def _output(self):
        return np.logaddexp(1, self.input_)

    def _input_grad(self, output_grad):
        return output_grad / (1 + np.exp(-self.input_))
""",
            "Look at _output",
        ),
    ],
    "ex-forward-step": [
        ("exponent = -5", "step of the central difference"),
        ("exponent = 1e-8", "The exponent is asked for"),
        ("exponent = -2", "for the exponents from -14 to -1"),
    ],
    # Chapter 5
    "ex-one-seed": [
        ("differing = 12", "From where does its stream start?"),
        ("differing = 9", "and not the biases?"),
        ("differing = 3", "at the same place"),
    ],
    "ex-scaled-start": [
        (
            """
class ScaledDense(Dense):
    def _setup_layer(self, input_):
        super()._setup_layer(input_)
        W, B = (operation.param for operation in self.operations[:2])
        new_W, new_B = W / len(W), 0 * B
        self.operations = [WeightMultiply(new_W), BiasAdd(new_B), self.activation]
""",
            "Divide by their root",
        ),
        (
            """
class ScaledDense(Dense):
    def _setup_layer(self, input_):
        super()._setup_layer(input_)
        W, B = (operation.param for operation in self.operations[:2])
        new_W, new_B = W / np.sqrt(self.neurons), 0 * B
        self.operations = [WeightMultiply(new_W), BiasAdd(new_B), self.activation]
""",
            "You count the neurons",
        ),
        (
            """
class ScaledDense(Dense):
    def _setup_layer(self, input_):
        super()._setup_layer(input_)
        W, B = (operation.param for operation in self.operations[:2])
        new_W, new_B = W / np.sqrt(len(W)), B
        self.operations = [WeightMultiply(new_W), BiasAdd(new_B), self.activation]
""",
            "The biases must start at 0",
        ),
        (
            """
class ScaledDense(Dense):
    def _setup_layer(self, input_):
        inputs = input_.shape[1]
        new_W = np.random.RandomState().randn(inputs, self.neurons) / np.sqrt(inputs)
        new_B = np.zeros((1, self.neurons))
        self.operations = [WeightMultiply(new_W), BiasAdd(new_B), self.activation]
""",
            "those that Dense has drawn",
        ),
    ],
    "ex-shared-activation": [
        (
            """
def shares_activation(layers):
    kinds = {type(layer.activation) for layer in layers}
    return len(kinds) < len(layers)
""",
            "they are not one object",
        ),
        (
            """
def shares_activation(layers):
    operations = [id(step) for layer in layers for step in layer.operations]
    return len(set(operations)) < len(operations)
""",
            "look at `activation`",
        ),
        (
            """
def shares_activation(layers):
    pairs = zip(layers, layers[1:])
    return any(a.activation is b.activation for a, b in pairs)
""",
            "more than neighbours",
        ),
        (
            """
def shares_activation(layers):
    len({id(layer.activation) for layer in layers}) < len(layers)
""",
            "not None",
        ),
    ],
    "ex-wide-input": [
        ("too_many = 10", "less than half"),
        ("too_many = 1000", "is it the first number?"),
        ("too_many = 13", "Choose one of"),
    ],
    # Chapter 6
    "ex-doubled-batch": [
        ("doubled_loss, doubled_grad = 8, -2.667", "How many rows share it now?"),
        ("doubled_loss, doubled_grad = 16, -2.667", "and there are six"),
        ("doubled_loss, doubled_grad = 16, -5.333", "So does what it is divided by"),
        ("doubled_loss, doubled_grad = 4, -1.333", "six squares, not three"),
    ],
    "ex-huber": [
        (
            """
class Huber(Loss):
    def __init__(self, limit=1.0):
        self.limit = limit

    def _output(self):
        size = np.abs(self.prediction - self.target)
        far = self.limit * (size - self.limit / 2)
        return np.sum(np.where(size <= self.limit, size**2 / 2, far))

    def _input_grad(self):
        return np.clip(self.prediction - self.target, -self.limit, self.limit)
""",
            "You sum over the rows",
        ),
        (
            """
class Huber(Loss):
    def __init__(self, limit=1.0):
        self.limit = limit

    def _output(self):
        size = np.abs(self.prediction - self.target)
        far = self.limit * (size - self.limit / 2)
        return np.mean(np.where(size <= self.limit, size**2 / 2, far))

    def _input_grad(self):
        return np.clip(self.prediction - self.target, -self.limit, self.limit)
""",
            "and its gradient is not",
        ),
        (
            """
class Huber(Loss):
    def __init__(self, limit=1.0):
        self.limit = limit

    def _output(self):
        size = np.abs(self.prediction - self.target)
        far = self.limit * (size - self.limit / 2)
        return np.mean(np.where(size <= self.limit, size**2 / 2, far))

    def _input_grad(self):
        return (self.prediction - self.target) / len(self.prediction)
""",
            "What of the limit?",
        ),
        (
            """
class Huber(Loss):
    def __init__(self, limit=1.0):
        self.limit = limit

    def _output(self):
        size = np.abs(self.prediction - self.target)
        return np.mean(np.where(size <= self.limit, size**2 / 2, self.limit * size))

    def _input_grad(self):
        errors = self.prediction - self.target
        return np.clip(errors, -self.limit, self.limit) / len(errors)
""",
            "the two pieces must meet",
        ),
        (
            """
class Huber(Loss):
    def __init__(self, limit=1.0):
        self.limit = limit

    def _output(self):
        size = np.abs(self.prediction - self.target)
        far = self.limit * (size - self.limit)
        return np.mean(np.where(size <= self.limit, size**2 / 2, far))

    def _input_grad(self):
        errors = self.prediction - self.target
        return np.clip(errors, -self.limit, self.limit) / len(errors)
""",
            "for the errors [[1.0], [5.0], [-4.0], [-0.5]]; it must be",
        ),
        (
            """
class Huber(Loss):
    def __init__(self, limit=1.0):
        self.limit = limit

    def _output(self):
        size = np.abs(self.prediction - self.target)
        far = self.limit * (size - self.limit / 2)
        return np.mean(np.where(size <= self.limit, size**2 / 2, far))

    def _input_grad(self):
        errors = self.prediction - self.target
        return np.clip(-errors, -self.limit, self.limit) / len(errors)
""",
            "sign",
        ),
    ],
    "ex-true-mean": [
        (
            """
class MeanOverAll(Loss):
    def _output(self):
        return np.mean((self.prediction - self.target) ** 2)

    def _input_grad(self):
        return 2.0 * (self.prediction - self.target) / len(self.prediction)
""",
            "Half mended",
        ),
        (
            """
class MeanOverAll(MeanSquaredError):
    pass
""",
            "the book's loss",
        ),
        (
            """
class MeanOverAll(Loss):
    def _output(self):
        return np.mean((self.prediction - self.target) ** 2, axis=0)

    def _input_grad(self):
        return 2.0 * (self.prediction - self.target) / self.prediction.size
""",
            "it must return one number",
        ),
        (
            """
class MeanOverAll(Loss):
    def _output(self):
        return np.mean((self.prediction - self.target) ** 2)

    def _input_grad(self):
        return (self.prediction - self.target) / self.prediction.size
""",
            "constant factor 0.5",
        ),
    ],
    "ex-best-guess": [
        ("best_for_squares, best_for_absolutes = 22, 30", "in the wrong order"),
        ("best_for_squares, best_for_absolutes = 30, 30", "on one side of it"),
        ("best_for_squares, best_for_absolutes = 22, 22", "64 counts for more"),
        ("best_for_squares, best_for_absolutes = 42, 22", "and for one less it is"),
    ],
    # Chapter 7
    "ex-row-by-row": [
        ("last_bias_grad = 6", "add up both calls"),
        ("last_bias_grad = 3", "for both rows in one batch"),
        ("last_bias_grad = 2", "for the first row, or for the second"),
        ("last_bias_grad = 1", "the first row as one of two rows"),
        ("last_bias_grad = -4", "for its batch"),
    ],
    "ex-in-parts": [
        (
            """
def gradients_in_parts(net, x_batch, y_batch, size):
    net.train_batch(x_batch, y_batch)
    return list(net.param_grads())
""",
            "7 rows at once",
        ),
        (
            """
def gradients_in_parts(net, x_batch, y_batch, size):
    sums = None
    for start in range(0, len(x_batch), size):
        net.train_batch(x_batch[start : start + size], y_batch[start : start + size])
        found = list(net.param_grads())
        sums = found if sums is None else [a + b for a, b in zip(sums, found)]
    return sums
""",
            "You add up the parts",
        ),
        (
            """
def gradients_in_parts(net, x_batch, y_batch, size):
    found = []
    for start in range(0, len(x_batch), size):
        net.train_batch(x_batch[start : start + size], y_batch[start : start + size])
        found.append(list(net.param_grads()))
    return [np.mean(grads, axis=0) for grads in zip(*found)]
""",
            "All parts count the same",
        ),
        (
            """
def gradients_in_parts(net, x_batch, y_batch, size):
    for start in range(0, len(x_batch), size):
        net.train_batch(x_batch[start : start + size], y_batch[start : start + size])
    return list(net.param_grads())
""",
            "gradients of the last part",
        ),
        (
            """
def gradients_in_parts(net, x_batch, y_batch, size):
    found = []
    for start in range(0, len(x_batch), size):
        net.train_batch(x_batch[start : start + size], y_batch[start : start + size])
        found.append([size * grad for grad in net.param_grads()])
    return [sum(grads) / len(x_batch) for grads in zip(*found)]
""",
            "as if it had as many rows",
        ),
        (
            """
def gradients_in_parts(net, x_batch, y_batch, size):
    found = []
    for start in range(0, len(x_batch), size):
        rows = slice(start, start + size)
        net.train_batch(x_batch[rows], y_batch[rows])
        found.append([len(x_batch[rows]) * grad for grad in net.param_grads()])
    return [sum(grads) for grads in zip(*found)]
""",
            "Divide the sum",
        ),
        (
            """
def gradients_in_parts(net, x_batch, y_batch, size):
    found = []
    for number in range(len(x_batch) // size):
        rows = slice(number * size, (number + 1) * size)
        net.train_batch(x_batch[rows], y_batch[rows])
        found.append(list(net.param_grads()))
    return [np.mean(grads, axis=0) for grads in zip(*found)]
""",
            "not 2",
        ),
        (
            """
def gradients_in_parts(net, x_batch, y_batch, size):
    net.train_batch(x_batch[:size], y_batch[:size])
    return list(net.param_grads())
""",
            "The gradients are in a row",
        ),
    ],
    "ex-shortcut": [
        (
            """
class Shortcut(Dense):
    def forward(self, input_):
        return input_ + super().forward(input_)

    def backward(self, output_grad):
        return super().backward(output_grad)
""",
            "by a second way",
        ),
        (
            """
class Shortcut(Dense):
    def forward(self, input_):
        return input_ + super().forward(input_)

    def backward(self, output_grad):
        return output_grad
""",
            "by the shortcut, and nothing else",
        ),
        (
            """
class Shortcut(Dense):
    def forward(self, input_):
        return super().forward(input_)

    def backward(self, output_grad):
        return output_grad + super().backward(output_grad)
""",
            "Where is the input?",
        ),
        (
            """
class Shortcut(Dense):
    def forward(self, input_):
        return input_ + super().forward(input_)

    def backward(self, output_grad):
        super().backward(output_grad)
        return 2 * output_grad
""",
            "Shortcut.backward in layers[0]",
        ),
        (
            """
class Shortcut(Dense):
    def forward(self, input_):
        input_ += super().forward(input_)
        return input_

    def backward(self, output_grad):
        return output_grad + super().backward(output_grad)
""",
            "in place",
        ),
        (
            """
class Shortcut(Dense):
    def forward(self, input_):
        return input_ * super().forward(input_)

    def backward(self, output_grad):
        return output_grad + super().backward(output_grad)
""",
            "forward multiplies the two",
        ),
        (
            """
class Shortcut(Dense):
    def forward(self, input_):
        return input_ - super().forward(input_)

    def backward(self, output_grad):
        return output_grad + super().backward(output_grad)
""",
            "forward must return",
        ),
        (
            """
class Shortcut(Dense):
    def forward(self, input_):
        return input_ + super().forward(input_)

    def backward(self, output_grad):
        return output_grad * super().backward(output_grad)
""",
            "multiplies the two ways",
        ),
        (
            """
class Shortcut(Dense):
    def forward(self, input_):
        return input_ + super().forward(input_)

    def backward(self, output_grad):
        return self.input_ + super().backward(output_grad)
""",
            "no gradient",
        ),
    ],
    "ex-fading": [
        ("hidden_layers = 3", "not yet below"),
        ("hidden_layers = 5", "fewer layers are enough"),
        ("hidden_layers = 0.01", "Answer with a number of hidden layers"),
    ],
    # Chapter 8
    "ex-one-step": [
        ("one_step_lr = 0.25", "That is the limit"),
        ("one_step_lr = 0.5", "the rate for b"),
        ("one_step_lr = -0.125", "in the rule already"),
        ("one_step_lr = 2", "the length of the step"),
        ("one_step_lr = 8", "the other way round"),
        ("one_step_lr = 0.15", "leads from -0.5 to 1.90"),
    ],
    "ex-own-rate": [
        *(
            (
                f"""
class RMSProp(Optimizer):
    means = None

    def step(self):
        pairs = list(self.params_with_grads())
        if self.means is None:
            self.means = [np.zeros_like(param) for param, _ in pairs]
        for (param, param_grad), mean in zip(pairs, self.means, strict=True):
            {first}
            {second}
""",
                words,
            )
            for first, second, words in (
                (
                    "mean[...] = 0.9 * mean + 0.1 * param_grad**2",
                    "param -= self.lr * param_grad / (mean + 1e-8)",
                    "Take its root",
                ),
                (
                    "mean[...] = 0.1 * mean + 0.9 * param_grad**2",
                    "param -= self.lr * param_grad / (np.sqrt(mean) + 1e-8)",
                    "changed places",
                ),
                (
                    "mean[...] = 0.9 * mean + 0.1 * param_grad**2",
                    "param = param - self.lr * param_grad / (np.sqrt(mean) + 1e-8)",
                    "have not moved",
                ),
                (
                    "mean = 0.9 * mean + 0.1 * param_grad**2",
                    "param -= self.lr * param_grad / (np.sqrt(mean) + 1e-8)",
                    "keeps nothing",
                ),
                (
                    "mean[...] = mean + param_grad**2",
                    "param -= self.lr * param_grad / (np.sqrt(mean) + 1e-8)",
                    "forget none",
                ),
                (
                    "param -= self.lr * param_grad / (np.sqrt(mean) + 1e-8)",
                    "mean[...] = 0.9 * mean + 0.1 * param_grad**2",
                    "up to date first",
                ),
                (
                    "mean[...] = 0.9 * mean + 0.1 * param_grad**2",
                    "param += self.lr * param_grad / (np.sqrt(mean) + 1e-8)",
                    "not against it",
                ),
                (
                    "mean[...] = 0.9 * mean + 0.1 * param_grad**2",
                    "param -= param_grad / (np.sqrt(mean) + 1e-8)",
                    "learning rate is missing",
                ),
                (
                    "mean[...] = 0.9 * mean + 0.1 * param_grad**2",
                    "param -= self.lr * param_grad",
                    "never divide",
                ),
                (
                    "mean[...] = 0.9 * mean + 0.1 * param_grad**2",
                    "param -= self.lr * param_grad / np.sqrt(mean + 1)",
                    "it must be",
                ),
            )
        )
    ],
    "ex-clip": [
        *(
            (
                f"""
class ClippedSGD(Optimizer):
    def __init__(self, lr=0.01, limit=1.0):
        super().__init__(lr)
        self.limit = limit

    def step(self):
        pairs = list(self.params_with_grads())
        length = np.sqrt(sum(np.sum(param_grad**2) for _, param_grad in pairs))
        factor = {factor}
        for param, param_grad in pairs:
            {step}
""",
                words,
            )
            for factor, step, words in (
                (
                    "self.limit / length",
                    "param -= self.lr * factor * param_grad",
                    "You make it longer",
                ),
                (
                    "min(1, self.limit / length**2)",
                    "param -= self.lr * factor * param_grad",
                    "Take its root",
                ),
                (
                    "min(1, 1 / length)",
                    "param -= self.lr * factor * param_grad",
                    "The limit was 1.5",
                ),
                (
                    "self.limit",
                    "param -= self.lr * np.clip(param_grad, -factor, factor)",
                    "turns the arrow",
                ),
                (
                    "self.limit",
                    "param -= self.lr * param_grad * min(1, "
                    "factor / np.linalg.norm(param_grad))",
                    "Each array has a length of its own",
                ),
                (
                    "max(1, self.limit / length)",
                    "param -= self.lr * factor * param_grad",
                    "you go on as before",
                ),
                (
                    "min(1, self.limit / length)",
                    "param = param - self.lr * factor * param_grad",
                    "have not moved",
                ),
                (
                    "self.limit / sum(np.sum(abs(grad)) for _, grad in pairs)",
                    "param -= self.lr * factor * param_grad",
                    "Add up the squares",
                ),
                (
                    "min(1, self.limit / length)",
                    "param -= factor * param_grad",
                    "learning rate is missing",
                ),
                (
                    "min(1, self.limit / length)",
                    "param += self.lr * factor * param_grad",
                    "not against it",
                ),
                (
                    "self.limit / length if length > self.limit else 0",
                    "param -= self.lr * factor * param_grad",
                    "must stay as it is",
                ),
                (
                    "length / self.limit",
                    "param -= self.lr * factor * param_grad",
                    "with a limit of 1.5 and a rate of 0.1",
                ),
            )
        )
    ],
    "ex-batch-size": [
        ("best_size = 1", "A larger size"),
        ("best_size = 30", "A smaller size"),
        ("best_size = 6", "Choose one of"),
    ],
    # Chapter 9
    "ex-three-fits": [
        ("epoch_now, evaluations = 25, 5", "goes on from the last?"),
        ("epoch_now, evaluations = 5, 5", "a restart do to the history"),
        ("epoch_now, evaluations = 15, 3", "with the second call"),
        ("epoch_now, evaluations = 20, 4", "Then comes a third"),
        ("epoch_now, evaluations = 5, 0", "evaluates every 5"),
        ("epoch_now, evaluations = 10, 2", "starts from new parameters"),
    ],
    "ex-even-batches": [
        (
            """
class EvenTrainer(Trainer):
    def generate_batches(self, X, y, size=32):
        yield from super().generate_batches(X, y, size)
""",
            "The batch of 1 is too small",
        ),
        (
            """
class EvenTrainer(Trainer):
    def generate_batches(self, X, y, size=32):
        for start in range(0, len(X) - size + 1, size):
            yield X[start : start + size], y[start : start + size]
""",
            "Every row must come once",
        ),
        (
            """
class EvenTrainer(Trainer):
    def generate_batches(self, X, y, size=32):
        count = len(X) // size
        for number in range(count):
            end = len(X) if number == count - 1 else (number + 1) * size
            yield X[number * size : end], y[number * size : end]
""",
            "Of 2 rows you make batches of []",
        ),
        (
            """
class EvenTrainer(Trainer):
    def generate_batches(self, X, y, size=32):
        for start in range(0, len(X), size):
            end = start + size if len(X) - start >= 2 * size else len(X)
            yield X[start:end], y[start : start + size]
            if end == len(X):
                return
""",
            "not as many inputs as targets",
        ),
        (
            """
class EvenTrainer(Trainer):
    def generate_batches(self, X, y, size=32):
        count = max(len(X) // size, 1)
        yield from zip(np.array_split(X, count), np.array_split(y, count))
""",
            "Only what is left over joins the last one",
        ),
        (
            """
class EvenTrainer(Trainer):
    def generate_batches(self, X, y, size=32):
        starts = [number * size for number in range(max(len(X) // size, 1))]
        for start, end in zip(starts, [*starts[1:], len(X)]):
            yield X[start:end], y[start:end][::-1]
""",
            "changed their place",
        ),
    ],
    "ex-patience": [
        *(
            (
                f"""
def best_and_stop(losses, patience):
    best, misses = 0, 0
    for stop, loss in enumerate(losses):
        if {better}:
            best{set_back}
        else:
            misses += 1
        if misses == patience:
            break
    return {found}
""",
                words,
            )
            for better, set_back, found, words in (
                (
                    "stop == 0 or loss < losses[best]",
                    ", misses = stop, 0",
                    "best, stop",
                    "Count from 1",
                ),
                (
                    "stop == 0 or loss < losses[best]",
                    ", misses = stop, 0",
                    "stop + 1, best + 1",
                    "First the best",
                ),
                (
                    "stop == 0 or loss < losses[best]",
                    " = stop",
                    "best + 1, stop + 1",
                    "followed by a better one",
                ),
                (
                    "stop == 0 or loss < losses[stop - 1]",
                    ", misses = losses.index(min(losses[: stop + 1])), 0",
                    "best + 1, stop + 1",
                    "not with the last",
                ),
                (
                    "stop == 0 or loss <= losses[best]",
                    ", misses = stop, 0",
                    "best + 1, stop + 1",
                    "equal is no better",
                ),
                (
                    "stop == 0 or loss < losses[best]",
                    ", misses = stop, 0",
                    "losses.index(min(losses)) + 1, stop + 1",
                    "nobody has seen",
                ),
            )
        )
    ],
    "ex-look-often": [
        ("best_eval_every = 1", "back at epoch 3"),
        ("best_eval_every = 10", "back at epoch 20"),
        ("best_eval_every = 50", "Choose one of"),
    ],
    # Chapter 10
    "ex-one-miss": [
        ("mae_of_b, rmse_of_b = 2, 2", "Square before you average"),
        ("mae_of_b, rmse_of_b = 2, 40", "lacks its root"),
        ("mae_of_b, rmse_of_b = 20, 20", "That is the tenth house"),
        ("mae_of_b, rmse_of_b = 6.32, 2", "in the wrong order"),
        ("mae_of_b, rmse_of_b = 4, 8", "nine times 0"),
        ("mae_of_b, rmse_of_b = 2, 20", "average over ten"),
    ],
    "ex-r-squared": [
        *(
            (
                f"""
def r_squared(y_true, y_pred):
    return {formula}
""",
                words,
            )
            for formula, words in (
                (
                    "np.sum((y_true - y_pred) ** 2) "
                    "/ np.sum((y_true - np.mean(y_true)) ** 2)",
                    "1 minus it",
                ),
                (
                    "1 - np.sum((y_true - y_pred) ** 2) "
                    "/ np.sum((y_true - np.mean(y_pred)) ** 2)",
                    "not of the predictions",
                ),
                (
                    "1 - np.mean((y_true - y_pred) ** 2) "
                    "/ np.sum((y_true - np.mean(y_true)) ** 2)",
                    "both sums or neither",
                ),
                (
                    "np.corrcoef(y_true.ravel(), y_pred.ravel())[0, 1] ** 2",
                    "squared correlation",
                ),
                (
                    "max(0, 1 - np.sum((y_true - y_pred) ** 2) "
                    "/ np.sum((y_true - np.mean(y_true)) ** 2))",
                    "three times too high",
                ),
                (
                    "1 - np.sum((y_true - y_pred) ** 2) / np.sum(y_true**2)",
                    "the average is missing",
                ),
                (
                    "1 - np.sum((y_true - y_pred) ** 2) "
                    "/ np.sum((y_pred - np.mean(y_pred)) ** 2)",
                    "Below the line stand the true prices",
                ),
                (
                    "1 - np.sum(np.abs(y_true - y_pred)) "
                    "/ np.sum(np.abs(y_true - np.mean(y_true)))",
                    "Add up the squares",
                ),
                (
                    "1 - np.sqrt(np.sum((y_true - y_pred) ** 2) "
                    "/ np.sum((y_true - np.mean(y_true)) ** 2))",
                    "No root is taken",
                ),
                ("np.mean(np.abs(y_true - y_pred))", "You return 4.0"),
            )
        )
    ],
    "ex-collapse": [
        *(
            (
                f"""
def collapse(net):
    Ws = [layer.params[0] for layer in net.layers]
    Bs = [layer.params[1] for layer in net.layers]
    W, B = Ws[0], Bs[0]
    for next_W, next_B in zip(Ws[1:], Bs[1:]):
        {step}
    return W, B
""",
                words,
            )
            for step, words in (
                ("W, B = next_W @ W, B @ next_W + next_B", "W comes first"),
                ("W, B = W @ next_W, B + next_B", "adds up all B"),
                ("W, B = W @ next_W, next_B", "that of the last layer"),
                ("W, B = W + next_W, B @ next_W + next_B", "You add the W"),
                ("W, B = W @ next_W, B", "send x = 0"),
                ("W, B = next_W, B @ next_W + next_B", "the product of all W"),
                ("W, B = W @ next_W, (B @ next_W + next_B)[0]", "must be (1, neurons)"),
            )
        ),
        (
            """
def collapse(net):
    W1, B1, W2, B2 = [*net.params(), np.eye(3), np.zeros((1, 3))][:4]
    return W1 @ W2, B1 @ W2 + B2
""",
            "The third layer is missing",
        ),
    ],
    "ex-lucky-seed": [
        ("lucky_seed = 2", "the deep one wins"),
        ("lucky_seed = 10", "too close"),
        ("lucky_seed = 20190501", "printed chapter's seed"),
        ("lucky_seed = [3]", "whole number"),
    ],
    "ex-answer-costs": [
        *(
            (
                f"cost_of_no_idea, cost_if_right, cost_if_wrong = {answer}",
                words,
            )
            for answer, words in (
                ("0.333, 0.787, 0.107", "Those are the probabilities"),
                ("-1.10, -0.24, -2.24", "The signs"),
                ("0.667, 0.213, 0.893", "what the probabilities lack"),
                ("1.585, 0.345, 3.231", "base 2"),
                ("0.477, 0.104, 0.973", "base 10"),
                ("1.10, 2.24, 0.24", "The first is right"),
                ("0, 0.24, 2.24", "Only the first is wrong"),
                ("3, 2, 1", "Make probabilities"),
            )
        )
    ],
    "ex-he-start": [
        *(
            (
                f"""
class HeDense(Dense):
    def _setup_layer(self, input_):
        super()._setup_layer(input_)
        W, B = (operation.param for operation in self.operations[:2])
        {step}
""",
                words,
            )
            for step, words in (
                ("B[...] = 0", "as Dense has drawn them"),
                ("W *= 2 / W.shape[0]", "Its root is the spread"),
                ("W *= np.sqrt(2 / sum(W.shape))", "Glorot's spread"),
                ("W *= np.sqrt(2 / W.shape[1])", "you take the neurons"),
                ("W *= np.sqrt(1 / W.shape[0])", "the 2 is missing"),
                ("W[...] = np.sqrt(2 / W.shape[0])", "all weights are equal"),
                ("W *= 3", "the weights have a spread of 2.943"),
                ("W *= np.sqrt(2 / W.shape[0])", "The biases begin at 0"),
            )
        ),
        (
            """
class HeDense(Dense):
    def _setup_layer(self, input_):
        super()._setup_layer(input_)
        W = self.operations[0].param
        self.operations[0].param = W.T * np.sqrt(2 / len(W))
""",
            "Your code stops with ValueError",
        ),
    ],
    "ex-halving": [
        *(
            (
                f"""
class Halving(SGD):
    def __init__(self, lr=0.4):
        super().__init__(lr)
        self.first_lr = lr

    def start_epoch(self, epoch, epochs):
        {step}
""",
                words,
            )
            for step, words in (
                ("self.lr = self.first_lr / 2 ** (epoch // 10)", "count from 0"),
                ("self.lr = self.first_lr / 2 ** ((epoch - 1) / 10)", "whole numbers"),
                (
                    "self.lr = self.first_lr / (2 if epoch > 10 else 1)",
                    "You halve it once",
                ),
                (
                    "self.lr = self.lr / 2 if epoch in (11, 21, 31) else self.lr",
                    "Right for one fit",
                ),
                ("self.lr = self.first_lr", "In epoch 11 the rate is 0.400"),
            )
        )
    ],
    "ex-how-much-momentum": [
        ("best_momentum = 0.5", "It still creeps"),
        ("best_momentum = 0.9", "It swings past"),
        ("best_momentum = 1.0", "Choose one of"),
    ],
    "ex-which-way-round": [
        *(
            (f"first_weight, second_weight, first_coef = {answer}", words)
            for answer, words in (
                ("(5, 8), (8, 3), (5, 8)", "a row for each of its neurons"),
                ("(5, 8), (8, 3), (8, 5)", "the wrong way round"),
                ("(8, 5), (3, 8), (8, 5)", "Does scikit-learn transpose"),
                ("(8, 5), (3, 5), (5, 8)", "what the 8 neurons give"),
                ("(8, 3), (3, 8), (5, 8)", "Write down your own W first"),
            )
        )
    ],
    "ex-same-step": [
        *(
            (f"rate_in_torch, rate_in_sklearn = {answer}", words)
            for answer, words in (
                ("0.01, 0.01", "the steps are shorter in both"),
                ("0.001, 0.005", "The other way"),
                ("0.1, 0.2", "What did the two outputs show you?"),
                ("0.1, 0.01", "divides by something too"),
                ("0.02, 0.02", "averages over all entries"),
                ("0.02, 0.1", "in the wrong order"),
                ("0.05, 0.02", "smaller than yours, with 10 outputs"),
            )
        )
    ],
    "ex-home-again": [
        *(
            (
                f"""
def bring_home(net, arrays):
    for param, array in zip(net.params(), arrays):
        {step}
""",
                words,
            )
            for step, words in (
                ("param[...] = array", "you did not transpose, and it fits"),
                ("param = array.T", "what it did before"),
                ("if array.ndim == 2: param[...] = array.T", "the biases have not"),
                ("param[...] = array.T.reshape(param.shape) / 2", "are not those"),
            )
        ),
        (
            """
def bring_home(net, arrays):
    for layer, weight, bias in zip(net.layers, arrays[::2], arrays[1::2]):
        layer.operations[0].param = weight.T
        layer.operations[1].param = bias.reshape(1, -1)
""",
            "what you were sent changes",
        ),
    ],
    "ex-counting-ends": [
        ("smallest_power = 10", "which is 1,024, 1 more still counts"),
        ("smallest_power = 23", "which is 8,388,608, 1 more still counts"),
        ("smallest_power = 25", "already earlier"),
        ("smallest_power = 53", "double precision"),
        ("smallest_power = 16_777_216", "a whole number from 0 to 127"),
    ],
    "ex-how-much-faster": [
        (f"step, at_most = {answer}", words)
        for answer, words in (
            ("2, 4", "only the products"),
            ("0.6, 3", "The first is how much is gained"),
            ("1.5, 4", "25 microseconds, not 40"),
            ("1.3, 4", "add up what the step takes"),
            ("1.6, float('inf')", "The first is right. The other 10"),
            ("1.6, 3", "The first is right. The second is how much"),
            ("1.6, 4 / 3", "the 10 stay, not the 30"),
            ("1.6, 5", "The first is right. In the second the products take no time"),
            ("25, 10", "Those are the new times"),
            ("25 / 40, 10 / 40", "The other way up"),
        )
    ],
    "ex-count-products": [
        (f"forward, back = {answer}", words)
        for answer, words in (
            ("1500, 2000", "for one row"),
            ("12000, 24000", "the gradient of the data"),
            ("12000, 12000", "get to the hidden layer"),
            ("12000, 20000", "sends a gradient on"),
            ("12000, 16480", "rows of ones"),
            ("12000, 28000", "there and back together"),
            ("30, 60", "takes a x b x c"),
        )
    ],
    "ex-in-place": [
        (f"def sigmoid_in_place(x, out):\n    {body}", words)
        for body, words in (
            ("out = 1 / (1 + np.exp(-x))", "out is as it was"),
            ("out[...] = 1 / (1 + np.exp(-x))", "are made: 2 of this size"),
            (
                "np.add(1, np.exp(-x, out=out), out=out); np.divide(1, out, out=out)",
                "are made: 1 of this size",
            ),
            ("np.exp(np.negative(x, out=x), out=out)", "x is another"),
            ("np.exp(np.negative(x, out=out), out=out)", "Two calls are missing"),
            ("np.add(1, np.exp(-x), out=out)", "The division is missing"),
            ("out[...] = 1 / (1 + np.exp(x))", "A sign is missing"),
            ("np.tanh(x, out=out)", "not with the sigmoid"),
            (
                "np.negative(out, out=out); np.exp(out, out=out); "
                "np.add(1, out, out=out); np.divide(1, out, out=out)",
                "The first call must read x",
            ),
        )
    ],
    "ex-single-throughout": [
        (f"single = {answer}", words)
        for answer, words in (
            ("['a', 'c', 'd', 'f']", "In a, the loss"),
            ("['b', 'c', 'd', 'f']", "In b, the data"),
            ("['d', 'f']", "c has both"),
            ("['c', 'f']", "In d, what are"),
            ("'cdef'", "In e, the second factor"),
            ("['c', 'd']", "In f, 0.5"),
            ("['x', 'c']", "as a list of letters"),
        )
    ],
}

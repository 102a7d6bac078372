"""Typical wrong answers to each exercise, with a word of the hint meant for them."""

import numpy as np  # noqa: F401, for the answers

# The label of an exercise, and the wrong answers, each after a word of its hint.
ANSWERS = """
ex-zero-start | Is that zero: ["W2"] | steps 11 and 12: ["W2", "B2"] | B1 and W1 are right: ["W1", "B1", "W2", "B2"] | W1 is right. What: "dW1"
ex-step-too-long | 14.67: 0.025 | smaller rate: 0.03 | whole number: 0.0263 | rate itself: 26
ex-used-twice | two objects: 32 | inner: np.array([[8.]]) | came last: 16
ex-explode | 41: 2 | Fewer: 4 | not all 2.7: 14 | gradient_after: 7
ex-saturation | 0.018: 4 | 0.105: 2 | first time: 6 | 0 to 30: -5
ex-error-size | Divide the difference: 3 | numerical: 0.67 | without its sign: -2 | percent: 200
ex-forward-step | central: -5 | exponent.: 1e-08 | negative: 8 | whole number: -8.5
ex-one-seed | generator: 12 | biases?: 9 | different point: 3
ex-wide-input | less than half: 10 | first number: 1000 | Choose: 13
ex-doubled-batch | right loss. How many: [8, -2.667] | right gradient. The sum of squares doubles: [16, -1.333] | order: [-1.333, 8] | loss and the gradient: 8
ex-best-guess | order: [22, 30] | one side: [30, 30] | 64: [22, 22] | whole: [30.2, 22]
ex-row-by-row | add up both: 6 | last call: 3 | or for the second: 2 | one of two: 1
ex-fading | not yet below: 3 | fewer: 5 | stop at: 0.01
ex-one-step | limit: 0.25 | for b: 0.5 | minus sign: -0.125 | to 1.90: 0.15
ex-batch-size | larger: 1 | smaller: 30 | Choose: 6
ex-three-fits | continues: [25, 5] | second call: [15, 3] | every 5: [5, 0] | new parameters: [10, 2]
ex-look-often | epoch 3: 1 | epoch 20: 10 | Choose: 50
ex-one-miss | Square: [2, 2] | root: [2, 40] | order: [6.32, 2] | over ten: [2, 20]
ex-lucky-seed | 2 the error: 2 | too close: 10 | printed: 20190501 | whole number: [3]
ex-answer-costs | the probabilities. Take: [0.333, 0.787, 0.107] | signs: [-1.1, -0.24, -2.24] | base 2: [1.585, 0.345, 3.231] | first is right: [1.1, 2.24, 0.24]
ex-how-much-momentum | is lost: [0.05, 0.51] | the factor: [20, 0.51] | The second is right.: [0.9, 0.513] | right for 0.9: [0.9, 0.53]
ex-which-way-round | nn.Linear: [(5, 8), (8, 3), (5, 8)] | swapped: [(5, 8), (8, 3), (8, 5)] | scikit-learn transpose: [(8, 5), (3, 8), (8, 5)] | the 8 neurons: [(8, 5), (3, 5), (5, 8)]
ex-same-step | divide by: [0.01, 0.01] | two outputs: [0.1, 0.2] | second divides: [0.1, 0.01] | outputs too: [0.01, 0.02]
ex-counting-ends | 1,024: 10 | 8,388,608: 23 | double: 53 | 0 to 127: 16777216
ex-how-much-faster | only the products: [2, 4] | The first is how much: [0.6, 3] | The second is how much: [1.6, 3] | new times: [25, 10]
ex-count-products | one row: [1500, 2000] | of the data: [12000, 24000] | reverse order: [16000, 12000] | The second is right. A product: [12500, 16000]
ex-single-throughout | In a: ["a", "c", "d", "f"] | c has both: ["d", "f"] | In e: "cdef" | list of letters: ["x", "c"]
"""  # noqa: E501
# Below the label: a place in the solution, what replaces it, and a word of the hint.
BREAKS = r"""
ex-build-line
    return W =>         return W => inside the loop
np.sum(E**2) => np.sum(E) => squared errors
2 * E => E => moves against it by
W - learning_rate => W + learning_rate => W is wrong
ex-build-backward
O1.T @ dP => X.T @ dP => of W2
 * slope =>  => through the sigmoid
X.T @ dN1 => O1.T @ dN1 => of W1
gradients["W1"] => gradients["dW1"] => keys W1
ex-small-weights
2 * strength * W => strength * W => derivative
return dW, dB => return dW, dB + 2 * strength * B => right dW. dB must
return dW, dB => return dB, dW => order
ex-no-peeking
mean, std = => both = np.vstack([train, test])\n    mean, std = both.mean(axis=0), both.std(axis=0)\n    _ = => training rows alone
(test - mean) / std => (test - test.mean(axis=0)) / test.std(axis=0) => by themselves
(axis=0), train.std(axis=0) => (), train.std() => axis=0
(test - mean) / std => test => right training rows
ex-build-operation
        return self.output\n =>  => is a `return` missing
self.input_ = input_ => self._input = input_ => There is no
        self.output = None\n =>  => belongs to the first
output_grad.shape != self.output.shape => False => if the output gradient
self.input_grad.shape != self.input_.shape => False => if `_input_grad`
    output = None\n =>  => the value None
ex-build-param-operation
self.param = param => self.param = param.copy() => not a copy
        return input_grad\n =>  => return` missing
super().backward( => self._input_grad( => no longer checks
self.param_grad.shape != self.param.shape => False => if `_param_grad`
self.param_grad = None => self.param_grad = 0 => must be None
param of shape  => param  => of shape
ex-relu
output_grad * (self.input_ > 0) => np.maximum(output_grad, 0) => input
 * (self.input_ > 0) =>  => every gradient
(self.input_, 0) => (self.input_, 0, out=self.input_) => in place
maximum(self.input_, 0) => clip(self.input_, 0, 5) => 300000 into 5
ex-leaky-relu
output_grad * negative => output_grad * self.input_ => all rows
np.sum => np.mean => averaged
np.sum(output_grad * negative, axis=0, keepdims=True) => output_grad * negative => not summed
self.param * self => 0.1 * self => _output
ex-build-weight-multiply
self.param.T => self.param => transpose missing
.T @ output_grad => .T @ output_grad / len(output_grad) => 0.25 times
shape[1:] != (inputs,) => shape[-1:] != (inputs,) => it is one row
{shapes} do not fit => wrong => both shapes
ex-build-bias-add
, keepdims=True =>  => the gradient of param is (2,)
sum(axis=0 => mean(axis=0 => 0.25 times
B.ndim != 2 or len(B) != 1 => B.ndim != 2 => a column
shape[1:] != self.param.shape[1:] => shape[1] not in (1, self.param.shape[1]) => broadcast
ex-build-sigmoid
(1.0 - self.output) => (1.0 + self.output) => 1 + s
 * (1.0 - self.output) =>  => too
over="ignore" => under="ignore" => warning
ex-tanh
output_grad * (1 - self.output**2) => 1 - self.output**2 => output gradient
self.output**2 => self.output => Square the output
1 - self.output**2 => self.output**2 => from 1
1 - self.output**2 => self.output * (1 - self.output) => sigmoid
ex-build-nudges
array[index] = value\n => array[index] += step\n => 30 entries
below = function() => below, step = function(), step / 2 => central
(above - below) / (2 * step) => (above - below) / 2e-5 => twice the step
array.dtype != np.float64 => array.dtype == int => float32
ex-build-gradient-check
(input_grad, numerical) => (numerical, input_grad) => analytic
errors["param"] => errors["W"] => They must be
coefficients * operation => operation => use the coefficients
np.sum(coefficients * operation.forward(input_)) => 0.0 => run `forward`
    return errors =>     return list(errors.values()) => list
ex-softplus
np.logaddexp(0, self.input_) => np.log(1 + np.exp(self.input_)) => 1000
0, self.input_) => 0, 10 * self.input_) / 10 => turns 0.5 into 0.5
(1 - np.exp(-self.output)) => np.exp(self.input_) / (1 + np.exp(self.input_)) => from -1000 to 1000
1 - np.exp(-self.output) => 1 / (1 + np.exp(-self.output)) => of the input
ex-build-layer
reversed(self.operations) => self.operations => reverse order
self.first = False => pass => set the layer up again
op.param for => op.param.copy() for => not copies
[op for op in operations if isinstance(op, ParamOperation)] => operations[:2] => isinstance
ex-build-dense
self.seed is not None => self.seed => 0 is a seed
self.rng.seed(self.seed) => self.rng = type(self.rng)(self.seed) => Two
activation = Linear() => pass => Linear object
input_.ndim != 2 => False => One row alone
, self.activation] => , Linear()] => Dense(2, Sigmoid())
super().__init__(neurons) => self.neurons = neurons => must call
ex-scaled-start
np.sqrt(len(W)) => len(W) => root
np.sqrt(len(W)) => np.sqrt(self.neurons) => you count
np.zeros_like(B) => B => biases
W / np => np.random.RandomState().randn(*W.shape) / np => start from W
ex-shared-activation
id(layer.activation) => type(layer.activation) => same object
len({id(layer.activation) for layer in layers}) < len(layers) => any(layer.operations for layer in layers) => `activation`
len({id(layer.activation) for layer in layers}) < len(layers) => any(a.activation is b.activation for a, b in zip(layers, layers[1:])) => all pairs
len({id(layer.activation) for layer in layers}) < len(layers) => len(layers) < 2 or len({id(layer.activation) for layer in layers}) < len(layers) => alone
ex-build-mean-squared-error
2 * errors => errors => half of what
np.sum(squares) / rows => np.mean(squares) => number of entries
slopes / len(errors) => slopes / slopes.size => too, `backward`
errors = self.prediction => errors = self.target => 2 (p - y) / rows
self.output = float(np => loss = self.output = sum(np => stops
self.input_grad = slopes => return slopes => self.input_grad
ex-build-loss
target.shape != prediction.shape => target.ndim != 2 => few rows
target.shape != prediction.shape => len(target) != len(prediction) => row,
not np.isfinite(self.output) => np.isnan(self.output) => is infinite
self.output is None => False => no forward pass
self.output is None => not self.output => loss of 0
ex-huber
 / len(near) =>  => over the rows
np.clip(errors, -self.limit, self.limit) => errors => What about the limit
near, far) => near, self.limit * magnitude) => must meet
magnitude**2 / 2 => magnitude / 2 => square is missing
ex-true-mean
self.prediction.size => len(self.prediction) => still
return np.mean => np.mean => return` missing
np.mean(( => np.sum(( => That is the sum
ex-build-network
reversed(self.layers) => self.layers => must be (4, 2)
layer.seed = seed => pass => layer's `seed`
layer.rng = self.rng => pass => same generator
loss_grad = layer.backward => layer.backward => must be (4, 5)
[param for => [param.copy() for => not copies
for param in layer.params] => for param in [layer.params]] => in one list
        return loss\n =>  => the loss of the batch
ex-build-load
param[...] = value => param = value => numbers of the array
net.forward(np.zeros((1, len(values[0])))) => pass => call forward
if found != needed: => if len(found) != len(needed): => repeat a column
in the file, not {needed} => in the file => must contain the shapes
layer.reset() => pass => new again
ex-in-parts
len(x_part) / len(x_batch) => 1 => add up
len(x_part) / len(x_batch) => 1 / 3 => same weight
if sums else => and list(net.param_grads()) if sums else => overwrites
    return sums =>     for param in net.params(): param -= 0.1\n    return sums => parameters have changed
ex-shortcut
output_grad + super() => super() => directly
input_ + super() => super() => Where is the input
return output_grad + super().backward(output_grad) => super().backward(output_grad); return 2 * output_grad => layers[0]
return input_ + super().forward(input_) => input_ += super().forward(input_); return input_ => in place
ex-build-sgd
param -=  => param = param -  => not moved
param -=  => param +=  => wrong sign
self.lr = lr => self.lr = 0.01 => store the learning rate
self.lr * param_grad => param_grad => 10 times
self.net is None => False => Without a network
len(params) != len(param_grads) => not param_grads => fewer gradients
ex-build-loop
    optimizer.net = net\n =>  => optim.net = net
            optimizer.step()\n =>  => does not learn
            optimizer.step() =>         optimizer.step() => 3 steps
rng.permutation(len(X)) => np.arange(len(X)) => first epoch
y[rows] => y[start : start + batch_size] => targets of other rows
ex-own-rate
np.sqrt(mean) => mean => root
 + 1e-8 =>  => 1e-8
self.params_with_grads() => zip(self.net.params(), self.net.param_grads()) => only once
param -=  => param = param -  => not moved
ex-clip
np.sqrt(sum(np.sum(param_grad**2 => max((np.max(abs(param_grad) => largest
factor * param_grad => param_grad.clip(-1.5, 1.5) => direction
factor * param_grad => param_grad / max(np.linalg.norm(param_grad) / self.limit, 1) => its own
1 / max(norm / self.limit, 1) => norm / self.limit => inverted
ex-build-batches
start + self.size => start + self.size - 1 => 3, 3 and 1
int(np.ceil(len(self.X) / self.size)) => len(self.X) // self.size => `len`
if len(X) != len(y): => if len(X) < len(y): => 7 rows and 6 targets
self.X = self.X[order] => self.X[:] = self.X[order] => changes the arrays
ex-build-trainer
self.optim.net = net => pass => optim.net = net
            self.optim.step()\n =>  => `step`
net.rng.seed(seed) => pass => at the start of `fit`
param.copy() for param => param for param => Keep copies
layer.first = True => pass => count epochs from 0
self.epoch, copies => _, copies => the epoch and the loss of the best
if loss >= best => if loss > best => equal loss
forward(X_test), y_test => forward(X_train), y_train => test rows
ex-even-batches
max(len(X) // size, 1) => -(-len(X) // size) => too small
yield => if len(X) >= size: yield => Each of the 2
y[start:end] => y[start : start + size] => targets
number * size => number * (len(X) - size) => left over
ex-patience
return best, stop => return best - 1, stop - 1 => from 1
return best, stop => return stop, best => First the best
loss < best_loss => stop == 1 or loss < losses[stop - 2] => with the best
return best => return losses.index(min(losses)) + 1 => never
ex-build-evaluation
np.mean(np.abs(errors)) => np.mean(errors) => mean absolute error
if average is not None => if average => An average of 0
raise ValueError => print => must raise a ValueError
predictions.append(np.full(y_test.shape, average)) => pass => the baseline
        print()\n =>  => empty line
{mean_absolute:.2f} => {mean_absolute:.3f} => two decimals
ex-build-splits
errors[0] - errors[1] => errors[1] - errors[0] => Subtract the error
, ddof=1 =>  => ddof=1
 / np.sqrt(splits) =>  => by the root
test, train = order => train, test = order => first rows
return np.mean(gains), np => return np => must have 2 parts
range(1, splits + 1) => range(splits) => from 1
, ddof=1) / np.sqrt(splits) => ) => ddof=1. Divide it
eval_every=epochs => eval_every=10 => Pass eval_every=epochs
, seed=20190501) => ) => Pass seed=20190501
mae( => rmse( => not `rmse`
ex-r-squared
1 - left_over => left_over => 1 minus
left_over = np.sum => left_over = np.mean => both
1 - left_over / np.sum((y_true - np.mean(y_true)) ** 2) => max(0, 1 - left_over / np.sum((y_true - np.mean(y_true)) ** 2)) => ten times
(y_true - y_pred) ** 2) => (y_true - y_pred) ** 2, axis=0) => axis=0
ex-collapse
W @ next_W, B => next_W @ W, B => order
B @ next_W + next_B => B + next_B => sum of all B
return W, B => return W => W and B
W, B = net.layers[0].params => (W, B), (V, C) = [layer.params for layer in net.layers]\n    return W @ V, B @ V + C => network of 3
ex-build-softmax-cross-entropy
np.sum(self.target * losses) => np.sum(losses[:, 0]) => last class
 - self.prediction.max(axis=1, keepdims=True) =>  => before np.exp
.max(axis=1, keepdims=True) => .max() => row to row
np.log(sums) - shifted => -np.log(np.exp(shifted) / sums) => without a log
 / len(losses) =>  / losses.size => no mean
 / len(losses) =>  => number of rows
 / len(p) =>  => loss is a mean
self.target.sum(axis=1) != 1 => self.target.sum() != len(self.target) => 2
self.target.sum(axis=1) != 1 => False => zeros
ex-build-momentum
epoch == 1 => epoch > 99 => start_epoch(1, 5)
epoch == 1 => True => keep the velocities
param += velocity => param = param + velocity => in place
velocity *= self.momentum => velocity *= 0 => second is not
lr=0.01 => lr=0.1 => 0.01
ex-build-dropout
training = False => training = True => at first
kept / self.keep_prob => kept => 0.8
            self.mask = None\n =>             pass\n => mask
output_grad * self.mask => output_grad * (self.mask > 0) => the same mask
0 < keep_prob => 0 <= keep_prob => of 0 must
keep_prob <= 1 => keep_prob < 1 => is allowed
ex-he-start
W.shape[0] => input_.shape[0] => rows of the batch
np.sqrt(2 / W.shape[0]) => 2 / W.shape[0] => variance
2 / W => 1 / W => 2 is missing
W *= => W[...] = => start from W
ex-halving
(epoch - 1) => epoch => count from 0
// => / => whole numbers
self.first_lr / 2 ** ((epoch - 1) // 10) => self.lr / 2 if epoch in (11, 21, 31, 41) else self.lr => one fit
self.first_lr / 2 ** ((epoch - 1) // 10) => self.first_lr / max(2 * ((epoch - 1) // 10), 1) => 2 ** 3
ex-build-tape
parent.grad += slope => parent.grad = slope => two contributions
[(self, b), (other, a)] => [(self, a), (other, b)] => respect to a is b
slope * value.grad => slope => chain rule
[(self, 1.0), (other, 1.0)] => [(self, 1.0)] => both slopes are 1
reversed(values) => values => its own parents
ex-build-state
W.T.copy() => W.copy() => transpose your W
W.T.copy() => W.T => Copy arrays
B[0].copy() => B.copy() => one dimension
1 + has_part => 1 => counts as a part
.weight"].T => .weight"] => without a transpose
W[...] = => W = => 0.weight has not
B[...] = => B = => 0.bias has not
ex-build-profile
median(forward), median(back => np.mean(forward), np.mean(back => the mean
median(forward), median(back => sum(forward), sum(back => add up
del operation.forward, operation.backward => pass => still being timed
        times.append((forward, backward))\n =>         times.append((forward, backward))\n    net.train_batch(x, y)\n => those of the clock
ex-build-bare-step
self.W -= lr => self.W = self.W - lr => Write into the array itself
2 / len(X) => 1 / len(X) => half as long
2 / len(X) => 2 => divided by the number of rows
self.W -= lr => self.W += lr => uphill
self.squares.sum() / len(X) => self.squares.sum() => loss must be divided
self.errors -= y => self.errors = self.errors - y => 1.0 new arrays
ex-in-place
np.negative(x, out=out) => out = -x => has not changed
np.negative(x, out=out) => out[...] = -x => 1 of
np.negative(x, out=out) => np.negative(x, out=x) => x has changed
np.exp(out, out=out) => np.exp(out) => exponential
"""  # noqa: E501

WRONG_ANSWERS = {}
for line in ANSWERS.strip().splitlines():
    label, *pairs = line.split(" | ")
    pairs = [pair.rsplit(": ", 1) for pair in pairs]
    WRONG_ANSWERS[label] = {word: eval(answer) for word, answer in pairs}

BROKEN_SOLUTIONS = {}
for line in BREAKS.strip("\n").splitlines():
    if " => " in line:
        BROKEN_SOLUTIONS[label].append(line.replace(r"\n", "\n").split(" => "))
    else:
        BROKEN_SOLUTIONS[label := line] = []

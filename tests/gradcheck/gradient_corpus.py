"""What `check_gradients` must catch, and what it must not.

A wrong class is a right one with a few methods replaced. `WRONG` groups the cases by
the expected kind of mistake (with parts of its text) and by the method at fault.
`RIGHT` holds right gradients that a careless measurement calls wrong.
"""

# ruff: noqa: F403, F405
from right_classes import *

from scratchdl import Dropout, GlorotDense, SoftmaxCrossEntropy

# fmt: off
WRONG = {
    ("NO_OUTPUT_GRAD", "_input_grad"): [
        sigmoid(_input_grad=lambda s, g: s.output * (1 - s.output)),
        in_layer(relu(_input_grad=lambda s, g: np.where(s.input_ > 0, 1.0, 0.0))),
        in_network(tanh(_input_grad=lambda s, g: 1 - s.output ** 2)),
        Case(bias(_input_grad=lambda s, g: np.ones_like(s.input_)), X32[:1]),
        same(_input_grad=lambda s, g: np.ones_like(g))],
    ("NO_OUTPUT_GRAD is zero", "_input_grad"): [
        same(_input_grad=lambda s, g: g + s.input_),
        same(_output=lambda s: 0.0001 * s.input_,
            _input_grad=lambda s, g: 0.0001 * (g + s.input_))],
    ("NO_OUTPUT_GRAD", "_param_grad"): [
        scale(_param_grad=lambda s, g: s.input_.sum(axis=0, keepdims=True)),
        weights(_param_grad=lambda s, g: s.input_.T @ np.ones_like(g))],
    ("OUTPUT_GRAD_TWICE", "_input_grad"): [
        exp(_input_grad=lambda s, g: g * s.output * g),
        Case(softplus(_input_grad=lambda s, g: g * g / (1 + np.exp(-s.input_))), X32),
        in_network(breaks(LeakyReLU)(_input_grad=lambda s, g: np.where(s.input_ > 0, g,
            0.1 * g) * g)),
        same(_input_grad=lambda s, g: g * g)],
    ("OUTPUT_GRAD_TWICE", "_param_grad"): [
        weights(_param_grad=lambda s, g: np.dot(s.input_.T, g * g)),
        in_chain(WeightMultiply(SQUARE), bias(_param_grad=lambda s, g: np.sum(g ** 2,
            axis=0).reshape(1, -1)), Tanh())],
    ("TRANSPOSED param.T", "_input_grad"): [
        wide(_input_grad=lambda s, g: g @ s.param),
        weights(_input_grad=lambda s, g: g @ s.param),
        weights(_input_grad=lambda s, g: g @ s.param,
            _param_grad=lambda s, g: s.input_ @ g)],
    ("TRANSPOSED input_.T", "_param_grad"): [
        Case(wide(_param_grad=lambda s, g: s.input_ @ g), SQUARE),
        weights(_param_grad=lambda s, g: s.input_ @ g),
        in_chain(wide(_param_grad=lambda s, g: s.input_ @ g), BiasAdd(X[:1]),
            input_=SQUARE)],
    ("TRANSPOSED", "_input_grad"): [
        Case(turn(_input_grad=lambda s, g: g), SQUARE),
        Case(same(_input_grad=lambda s, g: g.T), SQUARE),
        same(_input_grad=lambda s, g: g.T)],
    ("TRANSPOSED", "_param_grad"): [
        weights(_param_grad=lambda s, g: g.T @ s.input_),
        wide(_param_grad=lambda s, g: g.T @ s.input_),
        in_network(breaks(WeightMultiply)(draw(4, 4),
            _output=lambda s: s.input_ @ s.param.T,
            _input_grad=lambda s, g: g @ s.param,
            _param_grad=lambda s, g: s.input_.T @ g))],
    ("AXIS summed", "_input_grad"): [
        softmax(_input_grad=lambda s, g: s.output * (g - (g * s.output).sum(axis=0))),
        norm(_input_grad=lambda s, g: (g - g.mean(0) - s.output * (g
            * s.output).mean(0)) / s.std),
        Case(breaks(Center)(_input_grad=lambda s, g: g - means(g)), LARGE)],
    ("AXIS summed...nothing must be", "_input_grad"): [
        same(_input_grad=lambda s, g: g.sum(axis=0)),
        squared(_input_grad=lambda s: (s.prediction - s.target).sum(axis=1) / 2)],
    ("AXIS averaged", "_input_grad"): [
        breaks(RowMean)(_input_grad=lambda s, g: g / s.input_.shape[1])],
    ("AXIS summed", "_param_grad"): [
        Case(bias(_param_grad=lambda s, g: g.sum(axis=1).reshape(1, -1)), SQUARE),
        in_chain(Tanh(), scale(_param_grad=lambda s, g: rows(s.input_ * g).T),
            input_=single(3, 3)),
        Case(breaks(Offsets)(draw(3, 4), _param_grad=lambda s, g: g.sum(axis=1)),
            draw(3, 3, 4)),
        in_network(breaks(BiasAdd)(draw(1, 4),
            _param_grad=lambda s, g: g.sum(axis=1)[None])),
        bias(_param_grad=lambda s, g: g.sum(axis=1)),
        bias(_param_grad=lambda s, g: np.full((1, 3), g.sum())),
        bias(_param_grad=lambda s, g: np.array([[g.sum()]]))],
    ("AXIS averaged", "_param_grad"): [
        Case(bias(_param_grad=lambda s, g: means(g).T), SQUARE),
        bias(_param_grad=lambda s, g: g.mean(axis=1)),
        bias(_param_grad=lambda s, g: np.array([g.mean()]))],
    ("AVERAGED 4 rows...factor 0.25", "_input_grad"): [
        breaks(AbsoluteError)(_output=lambda s: np.sum(np.abs(s.prediction
            - s.target))),
        same(_input_grad=lambda s, g: g / len(g)),
        squared(_input_grad=lambda s: 2 * (s.prediction - s.target)
            / len(s.target) ** 2),
        Case(derived(Loss, _output=lambda s: np.sum(np.ones((4,
            1)) * s.prediction * s.target) / 4, _input_grad=lambda s: np.ones((4,
            1)) * s.target / 16)(), X, 2 + X)],
    ("AVERAGED 4 rows...factor 0.25", "_param_grad"): [
        bias(_param_grad=lambda s, g: g.mean(axis=0, keepdims=True)),
        Case(weights(_param_grad=lambda s, g: s.input_.T @ g / len(g)), X32),
        in_network(slope(_param_grad=lambda s, g: np.where(s.input_ > 0, 0,
            s.input_ * g).mean(axis=0, keepdims=True)))],
    ("AVERAGED columns: constant factor 0.", "_input_grad"): [
        Case(breaks(RowMean)(_output=lambda s: rows(s.input_)), draw(4, 6)),
        same(_input_grad=lambda s, g: g / g.shape[1])],
    ("AVERAGED_BATCH", "_param_grad"): [bias(_param_grad=lambda s, g: g.mean(axis=0))],
    ("SUMMED 4 rows...factor 4", "_input_grad"): [
        loss_in_network(breaks(CrossEntropy)(_input_grad=lambda s: s.p - s.target),
            one_hot(4, 3)),
        same(_input_grad=lambda s, g: g * len(g)),
        squared(_input_grad=lambda s: 2 * (s.prediction - s.target))],
    ("UNSUMMED", "_param_grad"): [
        bias(_param_grad=lambda s, g: g),
        in_chain(WeightMultiply(SQUARE), scale(_param_grad=lambda s, g: s.input_ * g),
            Tanh()),
        weights(_param_grad=lambda s, g: np.einsum("ri,ro->rio", s.input_, g)),
        in_network(gain(_param_grad=lambda s, g: rows(s.input_ * g))),
        gain(_param_grad=lambda s, g: g * s.input_),
        scale(_param_grad=lambda s, g: g * s.input_)],
    ("UNSUMMED row 0", "_param_grad"): [
        bias(_param_grad=lambda s, g: g[0].reshape(s.param.shape))],
    ("UNSUMMED row 3", "_param_grad"): [
        bias(_param_grad=lambda s, g: g[-1:]),
        in_chain(weights(_param_grad=lambda s, g: np.outer(s.input_[-1], g[-1])),
            Tanh())],
    ("SIGN", "_input_grad"): [
        same(_output=lambda s: 1 - s.input_, _input_grad=lambda s, g: g),
        Case(breaks(Reciprocal)(_input_grad=lambda s, g: g / s.input_ ** 2), POSITIVE),
        breaks(AbsoluteError)(_input_grad=lambda s: np.sign(s.target
            - s.prediction) / len(s.target)),
        loss_in_network(breaks(SquaredMean)(_input_grad=lambda s: 2
            * (s.target - s.prediction) / s.target.size)),
        in_layer(same(_output=lambda s: np.cos(s.input_),
            _input_grad=lambda s, g: g * np.sin(s.input_))),
        same(_input_grad=lambda s, g: -g),
        in_network(same(_input_grad=lambda s, g: -g)),
        sigmoid(backward=lambda s, g: -Sigmoid.backward(s, g))],
    ("SIGN", "_param_grad"): [
        bias(_output=lambda s: s.input_ - s.param,
            _param_grad=lambda s, g: g.sum(axis=0, keepdims=True))],
    ("SIGN", "backward"): [dense(backward=lambda s, g: -Dense.backward(s, g))],
    ("FACTOR 0.5", "_input_grad"): [
        Case(sigmoid(_input_grad=lambda s, g: g / 2 * s.output * (1 - s.output)),
            X - 34),
        Case(squared(_input_grad=lambda s: (s.prediction - s.target) / 4), X,
            X + 1e-8 * Y),
        square(_input_grad=lambda s, g: s.input_ * g),
        Case(same(_input_grad=lambda s, g: g / 2), X[:, :2])],
    ("FACTOR 2", "_input_grad"): [
        same(_output=lambda s: 1e-09 * s.input_, _input_grad=lambda s, g: 2e-09 * g),
        loss_in_network(squared(_input_grad=lambda s: s.prediction - s.target)),
        Case(same(_output=lambda s: 0.001 * np.maximum(s.input_, 0),
            _input_grad=lambda s, g: 0.002 * g * (s.input_ > 0)), ZEROS),
        Case(same(_output=lambda s: 5 + np.tanh(s.input_.astype(np.float32)),
            _input_grad=lambda s, g: 2 * g * (1 - (s.output - 5) ** 2)), X32),
        same(_input_grad=lambda s, g: np.where(np.isin(s.input_, X), g, 2 * g)),
        Case(same(_output=lambda s: 1e-06 * s.input_,
            _input_grad=lambda s, g: 2e-06 * g), 1000000000.0 * X)],
    ("FACTOR 3", "_input_grad"): [
        breaks(SquaredMean)(_input_grad=lambda s: 2 * (s.prediction
            - s.target) / len(s.target))],
    ("FACTOR 2.30259", "_input_grad"): [
        Case(breaks(Log)(_output=lambda s: np.log10(s.input_)), POSITIVE)],
    ("FACTOR 0.8", "_input_grad"): [
        Case(breaks(FixedDropout)(_input_grad=lambda s, g: g * s.mask), LARGE)],
    ("FACTOR 1.5", "_input_grad"): [
        in_network(tanh(_output=lambda s: 1.7159 * np.tanh(2 / 3 * s.input_),
            _input_grad=lambda s, g: g * (1.7159 - s.output ** 2 / 1.7159)))],
    ("FACTOR -2", "_input_grad"): [same(_input_grad=lambda s, g: -2 * g)],
    ("FACTOR 0.0001", "_input_grad"): [same(_input_grad=lambda s, g: 0.0001 * g)],
    ("FACTOR 10000", "_input_grad"): [same(_input_grad=lambda s, g: 10000.0 * g)],
    ("FACTOR 0.25", "_input_grad"): [same(_input_grad=lambda s, g: g / 4)],
    ("FACTOR 4", "_input_grad"): [same(_input_grad=lambda s, g: g * 4)],
    ("FACTOR 1.001", "_input_grad"): [same(_input_grad=lambda s, g: 1.001 * g)],
    ("FACTOR 1.02", "_param_grad"): [
        Case(scale(single(1, 3, seed=1),
            _output=lambda s: np.float32(0.98) * s.input_ * s.param,
            _input_grad=lambda s, g: np.float32(0.98) * g * s.param), X32)],
    ("FACTOR inherited...factor 3", "_output"): [
        in_chain(breaks(WeightMultiply)(draw(9, 4),
            _output=lambda s: s.input_ @ s.param / 3,
            _input_grad=lambda s, g: g @ s.param.T / 3), Tanh(), input_=draw(5, 9))],
    ("SHAPE_ONLY (3,)...(1, 3)", "_param_grad"): [
        bias(_param_grad=lambda s, g: g.sum(axis=0)),
        bias(backward=lambda s, g: (put(s, "param_grad", s._param_grad(g)), g)[1],
            _param_grad=lambda s, g: g.sum(axis=0))],
    ("SHAPE_ONLY ()...(1, 1)", "_param_grad"): [
        gain(_param_grad=lambda s, g: float(np.sum(s.input_ * g)))],
    ("SHAPE_ONLY (12,)...(4, 3)", "_input_grad"): [
        same(_input_grad=lambda s, g: g.ravel()),
        Case(same(_input_grad=lambda s, g: g.ravel()), (3 * X).astype(int)),
        same(_output=lambda s: 0 * s.input_, _input_grad=lambda s, g: np.zeros(12))],
    ("SHAPE", "_input_grad"): [
        in_network(relu(_input_grad=lambda s, g: g[s.input_ > 0])),
        same(_input_grad=lambda s, g: np.ones((2, 2))),
        same(_input_grad=lambda s, g: 1.0),
        Case(same(_input_grad=lambda s, g: g.sum(axis=1)), draw(80, 60)),
        Case(same(_input_grad=lambda s, g: g.sum()), draw(80, 60)),
        same(_input_grad=lambda s, g: g * np.eye(4)[:, :, None])],
    ("SHAPE", "_param_grad"): [
        bias(_param_grad=lambda s, g: g[:2, :2]),
        scale(_param_grad=lambda s, g: np.hstack([g * s.input_] * 2)),
        bias(_param_grad=lambda s, g: np.repeat(g.sum(axis=1), 3))],
    ("NOTHING", "_input_grad"): [
        in_layer(tanh(_input_grad=lambda s, g: None)),
        same(_input_grad=lambda s, g: None)],
    ("NOTHING", "_param_grad"): [bias(_param_grad=lambda s, g: None)],
    ("NOTHING", "_output"): [
        square(_output=lambda s: None),
        in_layer(same(_output=lambda s: None))],
    ("NOT_ARRAY list...(4, 3)", "_input_grad"): [
        same(_input_grad=lambda s, g: g.tolist())],
    ("NOT_ARRAY list", "_output"): [same(_output=lambda s: s.input_.tolist())],
    ("NOT_ARRAY float", "_output"): [same(_output=lambda s: 1.0)],
    ("NOT_REAL complex128", "_input_grad"): [same(_input_grad=lambda s, g: g * 1j)],
    ("NOT_REAL complex128", "_output"): [same(_output=lambda s: s.input_ * 1j)],
    ("NOT_NUMBER (4, 3)", "_output"): [
        squared(_output=lambda s: s.prediction - s.target)],
    ("STALE a second backward pass", "_input_grad"): [
        same(_input_grad=lambda s, g: put(s, "n", vars(s).get("n", 0) + 1) * g)],
    ("STALE", "_input_grad"): [
        relu(_input_grad=lambda s, g: g * remembered(s, "slopes", s.input_ > 0)),
        stale_layers,
        in_layer(softplus(_input_grad=lambda s, g: 0.1 * Softplus._input_grad(s,
            g) + 0.9 * (0 if s.input_grad is None else s.input_grad)), X32),
        breaks(SquaredMean)(_input_grad=lambda s: remembered(s, "e",
            s.prediction - s.target) / 6),
        weights(_output=lambda s: (remembered(s, "kept", s.param.T.copy()),
            s.input_)[1] @ s.param, _input_grad=lambda s, g: g @ s.kept)],
    ("STALE", "_param_grad"): [
        weights(_param_grad=lambda s, g: put(s, "t", vars(s).get("t",
            0) + s.input_.T @ g)),
        in_network(breaks(BiasAdd)(draw(1, 4), _param_grad=lambda s, g: g.sum(axis=0,
            keepdims=True) + (0 if s.param_grad is None else s.param_grad))),
        bias(_param_grad=lambda s, g: remembered(s, "ones", np.ones((1, len(g)))) @ g)],
    ("STALE", "_output"): [
        softmax(_output=lambda s: remembered(s, "result", Softmax._output(s))),
        Case(same(_output=lambda s: s.input_ / remembered(s, "rows", len(s.input_)),
            _input_grad=lambda s, g: g / s.rows), X[:2]),
        Case(Probabilities(), np.array([[0.5, 0.2, 0.3], [0.1, 0.8, 0.1], [0.3, 0.3,
            0.4]]), SQUARE)],
    ("STALE", "backward"): [
        FastDense(3, Sigmoid()),
        Case(TwoSteps(3), X, None, "Tanh"),
        Appending(2),
        same(_input_grad=lambda s, g: g[:remembered(s, "rows", len(g))])],
    ("NO_PARAM", "_input_grad"): [
        turned_before_training(),
        scale(_output=lambda s: s.input_ ** 2 * s.param,
            _input_grad=lambda s, g: 2 * s.input_ * g,
            _param_grad=lambda s, g: (g * s.input_ ** 2).sum(axis=0, keepdims=True))],
    ("IN_PLACE input", "_output"): [
        relu(_output=lambda s: np.maximum(s.input_, 0, out=s.input_)),
        squared(_output=lambda s: np.sum(np.subtract(s.prediction, s.target,
            out=s.prediction) ** 2), _input_grad=lambda s: 2 * s.prediction),
        Case(network(Chain(breaks(Center)(_output=lambda s: np.subtract(s.input_,
            s.input_.mean(axis=0), out=s.input_))), Dense(3)), X, Y, "MyCenter"),
        in_network(relu(_output=lambda s: np.maximum(s.input_, 0, out=s.input_))),
        same(_output=lambda s: np.abs(s.input_, out=s.input_))],
    ("IN_PLACE parameter", "_output"): [
        weights(_output=lambda s: s.input_ @ np.clip(s.param, -1, 0.1, out=s.param)),
        bias(_output=lambda s: s.input_ + np.abs(s.param, out=s.param))],
    ("IN_PLACE gradient", "_input_grad"): [
        relu(_input_grad=lambda s, g: np.multiply(g, s.input_ > 0, out=g)),
        in_layer(sigmoid(_input_grad=lambda s, g: np.multiply(g,
            s.output - s.output ** 2, out=g)), X32),
        scale(_input_grad=lambda s, g: np.multiply(g, s.param, out=g))],
    ("IN_PLACE gradient", "_param_grad"): [
        scale(_param_grad=lambda s, g: np.multiply(g, s.input_, out=g).sum(0)[None]),
        bias(_param_grad=lambda s, g: np.add(g, g, g).sum(axis=0, keepdims=True))],
    ("IN_PLACE gradient", "backward"): [
        breaks(Linear)(backward=lambda s, g: np.add(g, g, out=g) / 2)],
    ("IN_PLACE parameter", "_param_grad"): [
        weights(_param_grad=lambda s, g: np.add(s.param, 0.1,
            out=s.param) + s.input_.T @ g)],
    ("IN_PLACE input", "_input_grad"): [
        square(_input_grad=lambda s, g: np.multiply(s.input_, 2, out=s.input_) * g)],
    ("IN_PLACE output", "_input_grad"): [
        sigmoid(_input_grad=lambda s, g: g * np.multiply(s.output, 1 - s.output,
            out=s.output))],
    ("REPLACED_PARAM", "_output"): [
        bias(_output=lambda s: s.input_ + put(s, "param", np.abs(s.param)))],
    ("NONDETERMINISTIC", "_output"): [
        masked(from_new),
        masked(from_new, False),
        in_chain(WeightMultiply(SQUARE),
            same(_output=lambda s: s.input_ + 0.01 * default_rng().random((4, 3))),
            Sigmoid()),
        tanh(_output=lambda s: np.tanh(s.input_ * put(s, "n", vars(s).get("n",
            1) + 0.001))),
        squared(_output=lambda s: np.sum(default_rng().random((4,
            1)) * (s.prediction - s.target) ** 2)),
        in_network(RunningNorm()),
        Growing(1e-06),
        Case(Growing(0.001), X32),
        same(_output=lambda s: s.input_[:, :remembered(s, "widths", [2, 3]).pop()]),
        Case(Growing(1e-06), 1e-06 * X)],
    ("REDRAWN", "_param_grad"): [
        breaks(Noisy, draw(1, 3))(
            _param_grad=lambda s, g: rows((g * s.rng.randn(*g.shape)).T).T)],
    ("REDRAWN", "_input_grad"): [
        masked(from_state, _input_grad=lambda s, g: g * (from_state(s, g.shape) < 0.8)
            / 0.8),
        masked(from_global, False, _input_grad=lambda s, g: g
            * (from_global(s, g.shape) < 0.8) / 0.8 if s.training else g),
        in_network(masked(from_stream, _input_grad=lambda s, g: g
            * (from_stream(s, g.shape) < 0.8) / 0.8))],
    ("NO_DERIVATIVE training on", "_input_grad"): [
        masked(from_state, False, _input_grad=lambda s, g: g),
        in_network(masked(from_stream, False, _input_grad=lambda s, g: g))],
    ("FACTOR 0.8...training on", "_input_grad"): [
        masked(from_global, True, _input_grad=lambda s, g: g * (s.mask > 0)),
        in_layer(masked(from_state, False, _input_grad=lambda s, g: g * (s.mask > 0)))],
    ("FACTOR 1.25...training on", "_input_grad"): [
        masked(from_state, True, _output=lambda s: Masked._output(s)
            * (0.8 if s.training else 1))],
    ("FACTOR 1.25...training off", "_input_grad"): [
        masked(from_state, True, _output=lambda s: Masked._output(s)
            * (1 if s.training else 0.8))],
    ("ENTRIES training on", "_input_grad"): [
        breaks(SwitchedNorm)(_input_grad=lambda s, g: g / s.std)],
    ("ENTRIES training off", "_input_grad"): [
        breaks(SwitchedNorm)(_input_grad=lambda s, g: BatchNorm._input_grad(s, g))],
    ("FACTOR 2", "_param_grad"): [
        Case(embedding(_param_grad=lambda s, g: 2 * Embedding._param_grad(s, g)),
            WHOLE)],
    ("NONDETERMINISTIC", "forward"): [
        Case(network(Restless(4), Dense(3)), X, Y, "Restless")],
    ("NOT_FINITE inf", "_output"): [
        Case(softplus(_output=lambda s: np.log(1 + np.exp(s.input_))), np.array([[-2.0,
            0.5], [3.0, 800.0]])),
        Case(squared(_output=lambda s: np.exp(1000.0)), X, X)],
    ("NOT_FINITE nan", "_output"): [
        Case(norm(_output=lambda s: s.input_ / np.sqrt(rows(s.input_ ** 2))), X * [[1],
            [0], [1], [1]]),
        overflowing_network(),
        same(_output=lambda s: np.log(s.input_))],
    ("NOT_FINITE", "_input_grad"): [
        Case(sigmoid(_input_grad=lambda s, g: g * (z := np.exp(-s.input_))
            / (1 + z) ** 2), np.array([[-800.0, -1.0, 2.0]])),
        in_chain(WeightMultiply(SQUARE),
            relu(_input_grad=lambda s, g: g * s.output / s.input_), input_=X * [[1],
            [0], [1], [1]]),
        Case(breaks(CrossEntropy)(
            _output=lambda s: -np.sum(np.log(s.prediction[s.target > 0])),
            _input_grad=lambda s: -s.target / s.prediction), np.array([[0.5, 0.5, 0.0],
            [0.2, 0.3, 0.5]]), np.eye(3)[1:]),
        same(_input_grad=lambda s, g: g / 0)],
    ("NOT_FINITE nan", "_param_grad"): [
        scale(np.array([[1.5, 0.0, -2.0]]),
            _param_grad=lambda s, g: (g * s.output / s.param).sum(0, keepdims=True))],
    ("SEVERAL_ROWS are rows mixed?", "_input_grad"): [
        softmax(_input_grad=lambda s, g: s.output * (g - np.sum(g * s.output))),
        in_layer(softmax(_input_grad=lambda s, g: g
            @ (np.diag(o := s.output[0]) - np.outer(o, o)))),
        norm(_input_grad=lambda s, g: (g - g.mean() - s.output * np.mean(g
            * s.output)) / s.std),
        breaks(LogCosh)(_input_grad=lambda s: LogCosh._input_grad(s)
            * (np.arange(len(s.target)) == 0)[:, None]),
        same(_input_grad=lambda s, g: 2 * g - g.mean(axis=0)),
        Case(same(_input_grad=lambda s, g: 2 * g - g.mean(axis=0)), X[:2]),
        Case(same(_input_grad=lambda s, g: 2 * g - g.mean(axis=0)), X[:1]),
        Case(square(_input_grad=lambda s, g: 2 * g * s.input_.mean(axis=0)), X[:1]),
        Case(squared(_input_grad=lambda s: 0 * s.prediction + 2
            * (s.prediction - s.target).mean(axis=0)), X[:1], Y[:1])],
    ("SEVERAL_ROWS", "_param_grad"): [
        in_network(breaks(WeightMultiply)(draw(4, 4),
            _param_grad=lambda s, g: np.outer(s.input_.sum(0), g.sum(0))))],
    ("ONE_ROW", "_input_grad"): [
        same(_input_grad=lambda s, g: g if len(g) > 1 else g[1:])],
    ("NO_DERIVATIVE", "_input_grad"): [
        masked(from_state, _input_grad=lambda s, g: g),
        masked(from_global, _input_grad=lambda s, g: g),
        tanh(_input_grad=lambda s, g: g),
        Case(same(_output=lambda s: np.clip(s.input_, -3, 3),
            _input_grad=lambda s, g: g), LARGE),
        sigmoid(_input_grad=lambda s, g: g)],
    ("DERIVATIVE_TWICE", "_input_grad"): [
        Case(exp(_input_grad=lambda s, g: g * s.output * np.exp(s.input_)), X32),
        sigmoid(_input_grad=lambda s, g: g * (s.output * (1 - s.output)) ** 2)],
    ("NO_INPUT", "_param_grad"): [
        scale(_param_grad=lambda s, g: g.sum(axis=0, keepdims=True))],
    ("WRONG_ARRAY reads input_...read output", "_input_grad"): [
        sigmoid(_input_grad=lambda s, g: g * s.input_ * (1 - s.input_)),
        same(_output=lambda s: 0 * s.input_, _input_grad=lambda s, g: g * s.input_)],
    ("WRONG_ARRAY reads output...read input_", "_input_grad"): [
        square(_input_grad=lambda s, g: 2 * g * s.output)],
    ("ZERO", "_input_grad"): [
        same(_input_grad=lambda s, g: 0 * g),
        Case(squared(_input_grad=lambda s: 0 * s.prediction), X, 2 * X)],
    ("ZERO", "_param_grad"): [bias(_param_grad=lambda s, g: 0 * s.param)],
    ("ENTRIES", "_input_grad"): [
        softmax(_input_grad=lambda s, g: g * s.output * (1 - s.output)),
        Case(norm(_input_grad=lambda s, g: (g - means(g)) / s.std), draw(1, 6)),
        Case(breaks(Huber)(_input_grad=lambda s: (s.prediction - s.target) / 6), 3 * X,
            Y),
        in_network(breaks(BatchNorm)(_input_grad=lambda s, g: g / s.std)),
        Case(breaks(GELU)(_input_grad=lambda s, g: g * (1 + s.t + s.input_
            * (1 - s.t ** 2)) / 2), X32),
        breaks(RowMax)(_input_grad=lambda s, g: g * np.ones_like(s.input_)),
        in_layer(tanh(_input_grad=lambda s, g: np.round(g * (1 - s.output ** 2), 2)))],
    ("ENTRIES 1 of 6...[0, 0]", "_input_grad"): [
        Case(breaks(Clipped)(_input_grad=lambda s: -s.target
            / np.clip(s.prediction, 1e-7, 1) / s.target.size), EDGES, np.eye(3)[:2])],
    ("ENTRIES 4 of 12...2]", "_input_grad"): [
        same(_output=lambda s: s.input_ * np.array([1e6, 1.0, 1e-5]),
            _input_grad=lambda s, g: g * np.array([1e6, 1.0, 2e-5]))],
    ("ENTRIES 1 of 12...[0, 0]", "_input_grad"): [
        same(_input_grad=lambda s, g: np.where(s.input_ == X.max(), 1.1 * g, g)),
        Case(same(_input_grad=lambda s, g: np.where(s.input_ == X32.max(),
            np.float32(1.0025) * g, g)), X32)],
    ("ENTRIES 11 of 12...[0, 1]", "_input_grad"): [
        same(_input_grad=lambda s, g: np.full_like(g, g[g != 0].max()))],
    ("ENTRIES 4 of 12", "_input_grad"): [
        same(_output=lambda s: s.input_ * np.array([1000.0, 1.0, 0.001]),
            _input_grad=lambda s, g: g * np.array([1000.0, 1.0, 0.0]))],
    ("ENTRIES input_ is negative", "_input_grad"): [
        same(_output=lambda s: np.where(s.input_ > 0, s.input_, np.exp(s.input_) - 1),
            _input_grad=lambda s, g: g * np.where(s.input_ > 0, 1, s.output)),
        Case(same(_input_grad=lambda s, g: np.where(s.input_ < 0, 1.1 * g, g)), ZEROS),
        Case(breaks(LeakyReLU)(_input_grad=lambda s, g: g * (s.input_ > 0)),
            np.array([[1.0, -1.0, 2.0], [1.5, 0.5, 2.0]]))],
    ("ENTRIES input_ is positive", "_input_grad"): [
        same(_input_grad=lambda s, g: np.where(s.input_ > 0, 1.1 * g, g)),
        bias(_input_grad=lambda s, g: np.where(s.input_ > 0, 1.1 * g, g)),
        Case(same(_input_grad=lambda s, g: np.where(s.input_ > 0, 1.1 * g, g)), ZEROS)],
    ("ENTRIES", "_param_grad"): [
        Case(embedding(_param_grad=lambda s, g: overwritten(s.param, s.input_, g)),
            WHOLE),
        in_chain(embedding(_param_grad=lambda s, g: overwritten(s.param, s.input_, g)),
            Flatten(), WeightMultiply(draw(6, 2)), input_=WHOLE),
        breaks(Tied, draw(3, 2))(
            _param_grad=lambda s, g: s.input_.T @ (g @ s.param * (1 - s.h ** 2))),
        Case(scale(np.array([[2.0, 0.5, 3.0]]), _output=lambda s: s.input_ ** s.param,
            _input_grad=lambda s, g: g * s.param * s.input_ ** (s.param - 1),
            _param_grad=lambda s, g: (g * s.output).sum(axis=0, keepdims=True)),
            POSITIVE)],
    ("ENTRIES", "backward"): [Case(seeded(MyDense(3, Tanh())), SQUARE)],
    ("ENTRIES inherited", "forward"): [
        Case(network(Dense(3, Tanh()), Residual(3, Sigmoid()), Dense(3)), X, Y,
            "Residual")],
    ("RAISES AttributeError...inpt", "_input_grad"): [
        same(_input_grad=lambda s, g: g * s.inpt),
        same(_input_grad=lambda s, g: g * s.inpt_output)],
    ("RAISES AttributeError...inpt", "_output"): [
        same(_output=lambda s: s.inpt),
        same(_output=lambda s: (lambda: s.inpt)()),
        in_layer(same(_output=lambda s: s.inpt)),
        Case(dense(forward=lambda s, x: same(_output=lambda s: s.inpt).forward(x)), X,
            None, "MySame")],
    ("RAISES ValueError: two lines", "_output"): [same(_output=stops)],
    ("RAISES NotImplementedError", "_input_grad"): [
        breaks(Operation)(_output=lambda s: s.input_)],
    ("RAISES NotImplementedError", "_output"): [
        breaks(Operation)(_input_grad=lambda s, g: g)],
    ("RAISES NotImplementedError", "_setup_layer"): [breaks(Layer)(2)],
    ("RAISES AttributeError", "backward"): [
        dense(backward=lambda s, g: g @ s.W),
        Case(network(dense(backward=lambda s, g: s.W @ g), Dense(3)), X, Y, "MyDense")],
    ("RAISES AttributeError", "forward"): [
        Case(network(dense(forward=lambda s, x: s.W @ x), Dense(3)), X, Y, "MyDense")],
    ("RAISES ValueError", "backward"): [
        derived(NeuralNetwork,
            backward=lambda s, g: s.layers[0].backward(g.T))([Dense(3)],
            MeanSquaredError())],
    ("COUNT 2 params...0 param_grads", "backward"): [
        dense(backward=lambda s, g: (put(s, "param_grads", []), g @ SQUARE[:2])[1])],
}


CORNERS = np.array(
    [[0.0, -0.0, 1e-9, -1e-9], [1e-6, -1e-6, 3e-5, -3e-5], [1, -1, 2, 0]]
)
SIGNS = np.array([[1.0], [-1.0], [-1.0], [1.0], [1.0]])
FAR_X = X[:, :3] * [1e8, 1, 1e-8]
RIGHT = {
    "corners": [
        Case(ReLU(), CORNERS),
        Case(LeakyReLU(), CORNERS.astype(np.float32)),
        Case(Absolute(), CORNERS),
        Case(AbsoluteError(), Y + [[0], [0], [1e-06], [1]], Y),
        Case(Huber(), np.array([[1.0, -1.0], [0.0, 4.0]]), np.zeros((2, 2))),
        Case(Hinge(), np.array([[1.0], [-1.0], [0.3], [2.0], [-2.0]]), SIGNS),
        Case(RowMax(), np.array([[1.0, 3, 3], [2, 2, 2], [0, -1, 4]])),
        Case(Floor(np.array([[0.0, 1.0]])), np.array([[0.0, 3], [-1, 1], [2, 0]])),
        same(_output=lambda s: np.sign(s.input_), _input_grad=lambda s, g: 0 * g),
        same(_output=lambda s: np.round(s.input_), _input_grad=lambda s, g: 0 * g),
        Case(Sorted(), draw(4, 5))],
    "large, small and steep values": [
        Case(Sigmoid(), np.array([[-700.0, -30.0, 0.0], [30.0, 700.0, 1.0]])),
        Case(Steep(), 0.1 * X),
        Case(Exp(), np.array([[-300.0, 1.0, 30.0], [100.0, 300.0, 0.0]])),
        Case(Log(), np.array([[1e-06, 2e-06, 1.0], [1000000.0, 0.001, 50.0]])),
        Case(Root(), np.array([[1e-06], [1000000.0], [3e-05], [4.0]])),
        Case(Picky(), np.array([[1e-06, 0.5], [9.0, 1e-08]])),
        Case(BinaryCrossEntropy(), np.array([[1e-06], [0.3], [1 - 1e-06], [0.9]]),
            np.array([[0.0], [1.0], [1.0], [0.0]])),
        Case(Reciprocal(), np.array([[1e-06, -1e-06], [1000000.0, 0.5]])),
        Case(Square(), 1000000.0 * X),
        Tiny(),
        Scale(1000000000000.0 * draw(1, 3)),
        Case(WeightMultiply(draw(3, 3) * [[1e-08], [1.0], [100000000.0]]), FAR_X),
        Case(BatchNorm(), 1000000.0 + X),
        Case(Softmax(), np.array([[0.0, 40.0, 1.0], [-30.0, 3.0, 2.0]])),
        Case(LogSoftmaxLoss(), 10000.0 * X, one_hot(4, 3).astype(int)),
        same(_output=lambda s: 0 * s.input_ + 1, _input_grad=lambda s, g: 0 * g),
        Case(LayerNorm(), np.array([[1.0, 5.0], [-2.0, 2.0], [300.0, 700.0]])),
        Case(Scale(np.zeros((1, 3))), 0 * X)],
    "rounding": [
        *[Case(SoftmaxCrossEntropy(), confident(size, dtype), np.eye(3)[:2])
            for size in (11, 14, 17, 20, 25, 30, 36, 40)
            for dtype in (float, np.float32)],
        Case(operation("LogSoftmax", lambda s: log_softmax(s.input_),
            lambda s, g: g - np.exp(s.output) * rows(g))(), 30 * X),
        *[Case(MeanSquaredError(), X, X + error * Y) for error in (1e-6, 1e-8, 1e-12)],
        Case(BatchNorm(), 1e9 + X),
        Case(LayerNorm(), 1e6 + X),
        Case(BatchNorm(), (1e6 + X).astype(np.float32)),
        Case(MeanSquaredError(), 1e6 + X, 1e6 + X + 1e-3 * Y),
        Case(same(_output=lambda s: means(s.input_ ** 2) - means(s.input_) ** 2,
            _input_grad=lambda s, g: 2 * g * (s.input_ - means(s.input_)) / 3),
            1e4 + X),
        Case(Sigmoid(), 40 * X),
        Case(same(_output=lambda s: s.input_ * np.log(s.input_),
            _input_grad=lambda s, g: g * (1 + np.log(s.input_))), POSITIVE * 1e-9),
        same(_output=lambda s: (s.input_ + 1e6) - 1e6, _input_grad=lambda s, g: g),
        same(_output=lambda s: np.tanh(s.input_.astype(np.float32)).astype(float),
            _input_grad=lambda s, g: g * (1 - s.output ** 2)),
        same(_output=lambda s: s.input_ * np.array([1e8, 1.0, 1e-8]),
            _input_grad=lambda s, g: g * np.array([1e8, 1.0, 1e-8]))],
    "random": [
        *[masked(draw, *switch)
            for draw in (from_state, from_stream, from_global, from_late)
            for switch in ((), (True,), (False,))],
        Dropout(0.8),
        Case(Dropout(0.8), X32),
        seeded(Dense(3, masked(from_state))),
        network(GlorotDense(4, Tanh(), keep_prob=0.5), Dense(3)),
        same(_output=lambda s: s.input_ + np.random.rand(*s.input_.shape),
            _input_grad=lambda s, g: g),
        Noisy(draw(1, 3)),
        SharedStream(2),
        SwitchedNorm(),
        network(Dense(4, SwitchedNorm(4)), Dense(3))],
    "whole numbers": [
        Case(Embedding(draw(5, 3)), WHOLE),
        Case(Embedding(draw(5, 3)), WHOLE[:, 0].astype(np.uint8)),
        Case(embedding(_output=lambda s: np.eye(5)[s.input_] @ s.param), WHOLE),
        Case(Embedded(2), WHOLE),
        Case(embedding(_output=lambda s: s.param[s.input_.astype(int)],
            _input_grad=lambda s, g: np.zeros(s.input_.shape)), WHOLE),
        Case(network(Embedded(2), Dense(1)), WHOLE, Y[:3, :1]),
        Case(ReLU(), X > 0),
        Case(ClassNumbers(), X, np.array([0, 2, 1, 1])),
        Case(ClassNumbers(), 20 * X, np.array([0, 2, 1, 1])),
        WeightMultiply(np.ones((3, 2), int))],
    "float32, or both": [
        Case(GELU(), X32),
        WeightMultiply(single(3, 2)),
        Case(BiasAdd(draw(1, 3)), X32),
        Case(network(Dense(6, Tanh()), Dense(3)), X32, Y.astype(np.float32)),
        Case(seeded(Dense(3, Square())), 1000 * X32),
        Case(seeded(Rooted(3)), X32)],
    "memory, views and shapes": [
        Attention(),
        Case(WindowSum(draw(3)), draw(2, 6)),
        Tied(draw(3, 2)),
        Case(Clipped(), EDGES, np.eye(3)[:2]),
        Holding(),
        Swish(),
        Backwards(),
        Chain(Linear(), Linear(), BiasAdd(draw(1, 3))),
        BufferedExp(),
        buffered(),
        Turn(),
        Case(Chain(Flatten(), WeightMultiply(draw(6, 2))), draw(4, 2, 3)),
        Case(WidthMean(), draw(3, 4, 5)),
        Case(RunningSum(), draw(7)),
        network(Dense(4, TrackingNorm()), Dense(3)),
        Case(FixedDropout(), LARGE),
        SameNoise(),
        Case(Tanh(), read_only(X)),
        Case(Square(), np.broadcast_to(X[:1], (4, 3))),
        Case(WeightMultiply(draw(3, 6).T), draw(4, 12)[:, ::2]),
        Case(seeded(Dense(3, Softmax())), X[:1]),
        Case(network(Dense(1, Tanh())), np.array([[0.7]]), np.array([[0.2]])),
        Case(BatchNorm(), LARGE),
        Case(WeightMultiply(draw(30, 33)), LARGE),
        Offsets(draw(3)),
        Gain(np.array([[1.5]])),
        Slope(np.full((1, 3), 0.2)),
        RowMean(),
        Center(),
        Softplus()],
    "layers, networks and losses": [
        seeded(Dense(4, Sigmoid())),
        MeanSquaredError(),
        Case(MeanSquaredError(), X, X),
        SquaredMean(),
        LogCosh(),
        Case(CrossEntropy(), X, one_hot(4, 3)),
        seeded(Bare(3)),
        seeded(Dense(3, Scale(draw(1, 3)))),
        deep_network(),
        dead_network(),
        network(Dense(4, Sigmoid()), Dense(3)),
        Case(network(Dense(3, Tanh())), (3 * X).astype(int), (3 * Y).astype(int)),
        Case(trained_classifier(), X, one_hot(4, 3)),
        weights(_output=lambda s: np.einsum("ri,io->ro", s.input_, s.param)),
        Counting(draw(1, 3)),
        seeded(BothWays(3, Tanh())),
        squared(_output=lambda s: np.sum(SIGNS[:4] * (s.prediction - s.target) ** 2),
            _input_grad=lambda s: 2 * SIGNS[:4] * (s.prediction - s.target))],
}

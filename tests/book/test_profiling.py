"""The stopwatches of chapter 13, under a clock that the test turns."""

import numpy as np
import pytest
from models import network, snapshot

import scratchdl.show.profiling
from scratchdl import (
    Layer,
    MeanSquaredError,
    NeuralNetwork,
    Operation,
    Sigmoid,
    WeightMultiply,
)
from scratchdl.show.profiling import StepProfile, median_time, profile_step

X = np.random.RandomState(1).randn(8, 5)
y = np.random.RandomState(2).randn(8, 1)


class Clock:
    """Stands still, but for what a test adds, and what reading it takes."""

    def __init__(self):
        self.now = self.reading = 0.0

    def perf_counter(self):
        self.now += self.reading
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(scratchdl.show.profiling, "time", clock)
    return clock


def taking(clock, durations):
    durations = iter(durations)

    def function():
        clock.now += next(durations)

    return function


def test_the_first_call_does_not_count_and_the_median_is_what_comes_out(clock):
    function = taking(clock, [100.0, 1.0, 7.0, 2.0])
    assert median_time(function, seconds=10.0) == 2.0


def test_it_goes_on_for_the_seconds_that_it_is_given(clock):
    function = taking(clock, [0.0, *[1.0] * 4, 9.0, 9.0, 9.0, 9.0, 9.0])
    assert median_time(function, seconds=4.0) == 1.0
    assert clock.now == 4.0


def test_three_calls_count_however_little_time_there_is(clock):
    assert median_time(taking(clock, [0.0, 5.0, 4.0, 6.0]), seconds=0.0) == 5.0


class Slow(Sigmoid):
    """A sigmoid that turns the clock."""

    def __init__(self, clock, there, back):
        self.clock, self.there, self.back = clock, there, back

    def _output(self):
        self.clock.now += self.there
        return super()._output()

    def _input_grad(self, output_grad):
        self.clock.now += self.back
        return super()._input_grad(output_grad)


class SlowLoss(MeanSquaredError):
    clock = None

    def _output(self):
        self.clock.now += 16.0
        return super()._output()

    def _input_grad(self):
        self.clock.now += 32.0
        return super()._input_grad()


@pytest.fixture
def slow(clock):
    net = network(hidden=2)
    net.layers[0].activation = Slow(clock, 1.0, 2.0)
    net.layers[1].activation = Slow(clock, 4.0, 8.0)
    net.loss = SlowLoss()
    net.loss.clock = clock
    backward = net.backward

    def slow_backward(grad):
        clock.now += 64.0  # Belongs to no operation: rest.
        backward(grad)

    net.backward = slow_backward
    return net


@pytest.mark.parametrize("reading", [0.0, 0.25])
def test_each_part_gets_the_time_it_took(slow, clock, reading):
    clock.reading = reading
    profile = profile_step(slow, X, y, steps=3)
    named = ["1 WeightMultiply", "1 BiasAdd", "1 Slow"]
    named += ["2 WeightMultiply", "2 BiasAdd", "2 Slow"]
    named += ["3 WeightMultiply", "3 BiasAdd", "3 Linear", "SlowLoss"]
    assert [name for name, _, _ in profile.parts] == named
    times = {name: (there, back) for name, there, back in profile.parts}
    assert times.pop("1 Slow") == (1.0, 2.0)
    assert times.pop("2 Slow") == (4.0, 8.0)
    assert times.pop("SlowLoss") == (16.0, 32.0)
    assert len(times) == 7 and set(times.values()) == {(0.0, 0.0)}
    assert (profile.total, profile.rest) == (127.0, 64.0)


def test_medians_of_as_many_steps_as_asked_for(clock):
    net = network(hidden=1)
    net.layers[0].activation = sigmoid = Slow(clock, 0.0, 0.0)
    # One sets up, three are timed as a whole, three by their parts, three as a whole.
    steps = iter([50.0, 30.0, 10.0, 20.0, 3.0, 1.0, 2.0, 15.0, 40.0, 50.0])
    own = net.loss.forward = lambda *batch, whole=net.loss.forward: (
        setattr(sigmoid, "back", next(steps)),
        whole(*batch),
    )[1]
    profile = profile_step(net, X, y, steps=3)
    assert profile.parts[2] == ("1 Slow", 0.0, 2.0)
    assert profile.total == 25.0
    assert next(steps, None) is None
    assert net.loss.forward is own and "backward" not in vars(net.loss)


def test_nothing_is_changed():
    net = network(hidden=2)
    net.forward(X)
    before = snapshot(net)
    profile_step(net, X, y, steps=2)
    assert all(map(np.array_equal, before, net.params()))
    parts = [net.loss, *(op for layer in net.layers for op in layer.operations)]
    for part in parts:
        assert not vars(part).keys() & {"forward", "backward"}


def test_a_new_network_is_set_up_as_training_would():
    new, other = network(hidden=1), network(hidden=1)
    profile_step(new, X, y, steps=1)
    other.train_batch(X, y)
    assert all(map(np.array_equal, new.params(), other.params()))


class OneStep(Layer):
    def _setup_layer(self, input_):
        self.operations = [WeightMultiply(np.ones((input_.shape[1], 1)))]


def test_a_layer_of_one_operation_leaves_the_gradient_of_the_data_out_too():
    net = NeuralNetwork([OneStep(1)], MeanSquaredError())
    net.train_batch(X, y)
    (operation,) = net.layers[0].operations
    assert operation.input_grad is None and operation.needs_input_grad is True


class Tired(Operation):
    """Fails in the seventh forward pass, with the clocks in place."""

    passes = 0

    def _output(self):
        self.passes += 1
        if self.passes == 7:
            raise ArithmeticError("tired")
        return self.input_

    def _input_grad(self, output_grad):
        return output_grad


def test_the_methods_come_back_if_a_step_fails():
    net = network(hidden=1)
    net.layers[0].activation = Tired()
    with pytest.raises(ArithmeticError):
        profile_step(net, X, y, steps=5)
    for operation in (*net.layers[0].operations, *net.layers[1].operations, net.loss):
        assert not vars(operation).keys() & {"forward", "backward"}


def test_the_table():
    profile = StepProfile((("1 Sigmoid", 1.5e-6, 2e-6), ("Loss", 0.3e-6, 0)), 1e-5)
    assert repr(profile).splitlines() == [
        "microseconds  forward  backward",
        "1 Sigmoid         1.5       2.0",
        "Loss              0.3       0.0",
        "rest                        6.2",
        "in all                     10.0",
    ]

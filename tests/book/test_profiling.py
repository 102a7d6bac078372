"""The measurements of chapter 13, with a clock that the test sets."""

import numpy as np
import pytest
from models import network, snapshot

import scratchdl.show.profiling
from scratchdl import MeanSquaredError, Sigmoid
from scratchdl.show import StepProfile, median_time, profile_step

X = np.random.RandomState(1).randn(8, 5)
y = np.random.RandomState(2).randn(8, 1)


class Clock:
    """A clock that stands still, except for what a test adds and for each reading."""

    now = reading = 0.0

    def perf_counter(self):
        self.now += self.reading
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(scratchdl.show.profiling, "time", clock)
    return clock


@pytest.mark.parametrize(
    ("durations", "seconds", "expected"),
    [
        ([100.0, 1.0, 7.0, 2.0], 10.0, 2.0),  # The first call does not count.
        ([0.0, *[1.0] * 4, 9.0, 9.0, 9.0, 9.0, 9.0], 4.0, 1.0),  # It stops in time.
        ([0.0, 5.0, 4.0, 6.0], 0.0, 5.0),  # Three calls count in any case.
    ],
)
def test_median_time(clock, durations, seconds, expected):
    remaining = iter(durations)

    def function():
        clock.now += next(remaining)

    assert median_time(function, seconds) == expected


def parts_of(net):
    return [net.loss, *(op for layer in net.layers for op in layer.operations)]


def own_methods(net):
    return [vars(part).keys() & {"forward", "backward"} for part in parts_of(net)]


class Slow(Sigmoid):
    """A sigmoid that sets the clock forward."""

    def __init__(self, clock, forward, backward):
        self.clock, self.seconds = clock, (forward, backward)

    def _output(self):
        self.clock.now += self.seconds[0]
        return super()._output()

    def _input_grad(self, output_grad):
        self.clock.now += self.seconds[1]
        return super()._input_grad(output_grad)


class SlowLoss(MeanSquaredError):
    clock = None

    def _output(self):
        self.clock.now += 16.0
        return super()._output()

    def _input_grad(self):
        self.clock.now += 32.0
        return super()._input_grad()


@pytest.mark.parametrize("reading", [0.0, 0.25])
def test_each_part_gets_its_time_and_the_clock_none(clock, reading):
    net = network(hidden=2)
    net.layers[0].activation = Slow(clock, 1.0, 2.0)
    net.layers[1].activation = Slow(clock, 4.0, 8.0)
    net.loss = SlowLoss()
    net.loss.clock, clock.reading, backward = clock, reading, net.backward

    def slow_backward(grad):
        clock.now += 64.0  # It belongs to no operation.
        backward(grad)

    net.backward = slow_backward
    profile = profile_step(net, X, y, steps=3)
    assert ", ".join(name for name, *_ in profile.parts) == (
        "1 WeightMultiply, 1 BiasAdd, 1 Slow, 2 WeightMultiply, 2 BiasAdd, 2 Slow, "
        "3 WeightMultiply, 3 BiasAdd, 3 Linear, SlowLoss"
    )
    times = {name: tuple(pair) for name, *pair in profile.parts}
    assert times.pop("1 Slow") == (1.0, 2.0) and times.pop("2 Slow") == (4.0, 8.0)
    assert times.pop("SlowLoss") == (16.0, 32.0)
    assert len(times) == 7 and set(times.values()) == {(0.0, 0.0)}
    assert (profile.total, profile.rest) == (127.0, 64.0)


def test_medians_of_as_many_steps_as_asked_for(clock):
    net = network(hidden=1)
    net.layers[0].activation = sigmoid = Slow(clock, 0.0, 0.0)
    # One step sets up, three are timed as a whole, three by parts, three as a whole.
    steps = iter([50.0, 30.0, 10.0, 20.0, 3.0, 1.0, 2.0, 15.0, 40.0, 50.0])
    forward = net.loss.forward

    def own(*batch):
        sigmoid.seconds = 0.0, next(steps)
        return forward(*batch)

    net.loss.forward = own
    profile = profile_step(net, X, y, steps=3)
    assert profile.parts[2] == ("1 Slow", 0.0, 2.0) and profile.total == 25.0
    assert next(steps, None) is None
    assert net.loss.forward is own and own_methods(net)[0] == {"forward"}


def test_the_network_does_not_change_and_a_new_one_is_set_up_as_in_training():
    net, other = network(hidden=2), network(hidden=2)
    profile_step(net, X, y, steps=1)
    other.train_batch(X, y)
    assert all(map(np.array_equal, snapshot(net), other.params()))
    assert not any(own_methods(net))


class Tired(Sigmoid):
    """A sigmoid that fails in its seventh forward pass, while its time is measured."""

    passes = 0

    def _output(self):
        self.passes += 1
        if self.passes == 7:
            raise ArithmeticError("tired")
        return super()._output()


def test_the_methods_are_restored_after_an_error():
    net = network(hidden=1)
    net.layers[0].activation = Tired()
    with pytest.raises(ArithmeticError):
        profile_step(net, X, y, steps=5)
    assert not any(own_methods(net))


def test_the_table():
    profile = StepProfile((("1 Sigmoid", 1.5e-6, 2e-6), ("Loss", 0.3e-6, 0)), 1e-5)
    assert repr(profile).splitlines() == [
        "microseconds  forward  backward",
        "1 Sigmoid         1.5       2.0",
        "Loss              0.3       0.0",
        "rest                        6.2",
        "total                      10.0",
    ]

"""The measurements of chapter 13, with a clock that the test sets."""

from itertools import repeat

import numpy as np
import pytest
from models import network, snapshot

import scratchdl.show.profiling
from scratchdl.show import StepProfile, median_time, profile_step

X, y = np.random.RandomState(1).randn(8, 5), np.ones((8, 1))


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


def slow(clock, durations, function=lambda *args: None):
    """Return the function with a duration for each call."""
    durations = iter(durations)

    def call(*args):
        clock.now += next(durations)
        return function(*args)

    return call


@pytest.mark.parametrize(
    ("durations", "seconds", "expected"),
    [
        ([100.0, 1.0, 7.0, 2.0], 10.0, 2.0),  # The first call does not count.
        ([0.0, *[1.0] * 4, 9.0, 9.0, 9.0, 9.0, 9.0], 4.0, 1.0),  # It stops in time.
        ([0.0, 5.0, 4.0, 6.0], 0.0, 5.0),  # Three calls count in any case.
    ],
)
def test_median_time(clock, durations, seconds, expected):
    assert median_time(slow(clock, durations), seconds) == expected


def parts_of(net):
    return [*(op for layer in net.layers for op in layer.operations), net.loss]


def own_methods(net):
    names = "forward", "backward"
    return [{k: v for k, v in vars(p).items() if k in names} for p in parts_of(net)]


@pytest.mark.parametrize("reading", [0.0, 0.25])
def test_each_part_gets_its_time_and_the_clock_none(clock, reading):
    net = network(hidden=2)
    net.forward(X)
    expected = np.zeros((10, 2))
    for part, *expected[part] in [(2, 1.0, 2.0), (5, 4.0, 8.0), (9, 16.0, 32.0)]:
        thing, (forward, backward) = parts_of(net)[part], expected[part]
        thing.forward = slow(clock, repeat(forward), thing.forward)
        thing.backward = slow(clock, repeat(backward), thing.backward)
    net.backward = slow(
        clock, repeat(64.0), net.backward
    )  # It belongs to no operation.
    own, clock.reading = own_methods(net), reading
    profile = profile_step(net, X, y, steps=3)
    assert ", ".join(name for name, *_ in profile.parts) == (
        "1 WeightMultiply, 1 BiasAdd, 1 Sigmoid, 2 WeightMultiply, 2 BiasAdd, "
        "2 Sigmoid, 3 WeightMultiply, 3 BiasAdd, 3 Linear, MeanSquaredError"
    )
    assert np.array_equal([times for _, *times in profile.parts], expected)
    assert (profile.total, profile.rest) == (127.0, 64.0)
    assert own_methods(net) == own and own[9]


def test_medians_of_as_many_steps_as_asked_for(clock):
    net = network(hidden=1)
    # One step sets up, three are timed as a whole, three by parts, three as a whole.
    steps = iter([50.0, 30.0, 10.0, 20.0, 3.0, 1.0, 2.0, 15.0, 40.0, 50.0])
    net.loss.forward = slow(clock, steps, net.loss.forward)
    profile = profile_step(net, X, y, steps=3)
    assert profile.parts[-1] == ("MeanSquaredError", 2.0, 0.0)
    assert profile.total == 25.0 and next(steps, None) is None


def test_the_network_does_not_change_and_a_new_one_is_set_up_as_in_training():
    net, other = network(hidden=2), network(hidden=2)
    profile_step(net, X, y, steps=1)
    other.train_batch(X, y)
    assert all(map(np.array_equal, snapshot(net), other.params()))
    assert not any(own_methods(net))


def test_the_methods_are_restored_after_an_error(clock):
    net = network(hidden=1)
    net.loss.forward = slow(clock, [0.0] * 6, net.loss.forward)
    own = own_methods(net)
    with pytest.raises(StopIteration):
        profile_step(net, X, y, steps=4)
    assert own_methods(net)[-1] == own[-1] and not any(own_methods(net)[:-1])


def test_the_table():
    profile = StepProfile((("1 Sigmoid", 1.5e-6, 2e-6), ("Loss", 0.3e-6, 0)), 1e-5)
    assert repr(profile).splitlines() == [
        "microseconds  forward  backward",
        "1 Sigmoid         1.5       2.0",
        "Loss              0.3       0.0",
        "rest                        6.2",
        "total                      10.0",
    ]

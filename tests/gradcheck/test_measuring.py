"""How well slopes are measured, and whether they know it."""

import numpy as np
import pytest

from scratchdl import MeanSquaredError, Operation, Sigmoid
from scratchdl.gradcheck.behaviour import same
from scratchdl.gradcheck.measuring import compare_batch, measure
from scratchdl.gradcheck.subjects import Subject, subject_of


def measured(function, *places, dtype=float):
    """Return the measured slopes of a function of each entry, all weighed with 1."""

    class Made(Operation):
        def _output(self):
            return function(self.input_)

    x = np.array([places], dtype)
    return measure(subject_of(Made(), x), 0, np.ones_like(x))


def relu(x):
    return np.maximum(x, 0)


@pytest.mark.parametrize(
    "function, slope, places",
    [
        (np.sin, np.cos, np.linspace(-3, 3, 40)),
        (lambda x: x**2, lambda x: 2 * x, [1e-6, 1e6, -3e4]),
        (np.log, lambda x: 1 / x, [2e-5, 1e-8, 3.0]),
        (lambda x: 1 / x, lambda x: -1 / x**2, [1e-3, -1e-7, 1e5]),
        (lambda x: 1e3 + np.exp(x), np.exp, [0.0, 1.0, -1.0]),
        (lambda x: 0 * x, lambda x: 0 * x, [0.0, 1.0]),
        (lambda x: (x > 0).astype(int), lambda x: 0 * x, [1.0, -2.0]),
    ],
)
def test_a_smooth_slope_is_close_and_its_bound_holds(function, slope, places):
    with np.errstate(all="ignore"):
        found, truth = measured(function, *places), slope(np.asarray(places))
    errors = np.abs(found.value - truth)
    assert found.smooth.all()
    assert np.all(errors <= found.bound)
    assert np.all(found.bound <= 1e-6 * np.abs(truth).max())


def test_a_slope_has_eleven_digits():
    places = np.linspace(-3, 3, 40)
    found = measured(np.sin, *places)
    np.testing.assert_allclose(found.value, np.cos(places), rtol=0, atol=1e-11)
    assert found.bound.max() <= 5e-8


def test_a_kink_has_the_middle_and_reaches_both_sides():
    found = measured(lambda x: 2 * x + relu(x), 0.0, 2.0)
    np.testing.assert_allclose(found.value, [2.5, 3.0], rtol=1e-9)
    np.testing.assert_allclose(found.bound, [0.5, 0.0], rtol=2e-3, atol=1e-9)
    assert found.smooth.tolist() == [False, True]


@pytest.mark.parametrize("start, away", [(0.0, 3e-5), (1.0, 3e-5), (1.0, 3e-7)])
def test_a_kink_close_by_is_stepped_round(start, away):
    found = measured(lambda x: 1 + relu(x - start), start + away, start - away)
    assert found.smooth[0]
    np.testing.assert_allclose(
        found.value, [1.0, 0.0], atol=2e-8 if away < 1e-6 else 1e-9
    )
    assert found.bound.max() <= (1e-6 if away < 1e-6 else 1e-8)
    small = measured(lambda x: 1e-6 * relu(x - start), start + away)
    assert small.smooth.all()


def test_in_float32_steps_are_longer():
    def single(x):
        return np.tanh(x.astype(np.float32))

    places = np.linspace(-1, 1, 20)
    found = measured(single, *places)
    np.testing.assert_allclose(found.value, 1 - np.tanh(places) ** 2, atol=3e-5)
    assert found.smooth.all()
    assert found.bound.max() < 1e-3
    corner = measured(lambda x: relu(x.astype(np.float32) - 1), 1.005, 0.995)
    np.testing.assert_allclose(corner.value, [1.0, 0.0], atol=1e-3)


@pytest.mark.parametrize(
    "scale, offset, start, dtype",
    [
        (50, 0, 0.01, np.float32),
        (200, 1e6, 0.002, float),
        (200, 1e6, 0.0, float),
        (1e9, 0, 5e-10, float),
    ],
)
def test_steps_fit_the_scale_of_the_function(scale, offset, start, dtype):
    def steep(x):
        return np.tanh(scale * (x - offset).astype(dtype))

    found = measured(steep, offset + start)
    truth = scale * (1 - np.tanh(scale * start) ** 2)
    assert abs(found.value[0] - truth) <= found.bound[0] <= 0.01 * truth


@pytest.mark.parametrize("offset", [1e3, 1e6, 1e9])
def test_rounding_inside_the_function_is_part_of_the_bound(offset):
    found = measured(lambda x: (x + offset) - offset, 0.3, -1.7, 2.1)
    errors = np.abs(found.value - 1)
    assert np.all(errors <= found.bound)
    assert np.all(found.bound <= 3e-8 + 1e-12 * offset)
    assert np.all(found.rounding > 1e-16 * offset)
    steady = measured(lambda x: x, 0.3, -1.7, 2.1)
    assert np.all(steady.bound < 1e-10)


def test_where_nothing_can_be_computed_nothing_is_known():
    found = measured(lambda x: np.where(x == 1, x, np.nan), 1.0)
    assert found.bound.tolist() == [np.inf]
    assert not found.smooth.any()


def test_what_does_not_move_adds_to_no_bound():
    found = measured(lambda x: x + np.array([[0.0, 1e9]]), 1.0, 2.0)
    assert found.bound[0] < 1e-8


def test_a_claim_may_be_off_by_a_millionth():
    class Claimed(Operation):
        factor = 1.0

        def _output(self):
            return 1.0 * self.input_

        def _input_grad(self, output_grad):
            return self.factor * output_grad

    x = np.array([[1.0, -2.0]])
    for factor, wrong in ((1 + 5e-7, False), (1 + 2e-6, True)):
        Claimed.factor = factor
        assert compare_batch(subject_of(Claimed(), x)).wrong(0).all() == wrong


def test_a_copy_has_other_rows_each_times_its_scale():
    x = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)
    copy = subject_of(Operation(), x).copy(
        np.array([1, 0, 1]), np.array([2.0, 3.0, 4.0])
    )
    assert copy.input_.tolist() == [[6.0, 8.0], [3.0, 6.0], [12.0, 16.0]]
    assert copy.input_.dtype == np.float32


def test_what_a_thing_has_says_what_it_is():
    class Odd(Operation):
        loss, param = 1.0, 2.0

    odd = subject_of(Odd(), np.ones((1, 2)))
    assert type(odd) is Subject
    assert odd.params() == []


@pytest.mark.parametrize(
    "dtype, there", [(np.float32, np.float32), (float, float), (int, float)]
)
def test_the_gradient_sent_back_has_the_type_of_the_output(dtype, there):
    output = np.ones((4, 3), dtype)
    grad = subject_of(Operation(), output).grad_for(output)
    assert grad.dtype == there
    assert np.all((np.abs(grad) >= 0.5) & (np.abs(grad) <= 2))
    assert len(np.unique(grad)) == 12


def test_of_more_than_a_thousand_entries_a_sample_is_measured():
    assert len(measured(np.sin, *np.arange(1001)).value) <= 120
    compared = compare_batch(subject_of(Sigmoid(), np.arange(1001.0).reshape(7, 143)))
    assert len(compared.numerical[0].value) <= 120


def test_of_equal_entries_the_first_small_and_the_last_large_are_in_the_sample():
    _, columns = measured(np.sin, *np.arange(1001) % 2).places
    assert {*range(0, 20, 2), *range(981, 1001, 2)} <= set(columns)


def test_what_each_row_contributes_is_known_if_the_output_has_the_rows():
    class Sums(Operation):
        def _output(self):
            return self.input_.sum(axis=1)

    x = np.ones((2, 3))
    found = measure(subject_of(Sums(), x), 0, np.array([1.0, 2.0]))
    np.testing.assert_allclose(
        found.by_row, [[1, 1, 1, 0, 0, 0], [0, 0, 0, 2, 2, 2]], atol=1e-9
    )
    loss = subject_of(MeanSquaredError(), x, x + 1)
    assert measure(loss, 0, np.ones(())).by_row is None


@pytest.mark.parametrize("nothing", [np.nan, np.inf, -np.inf])
def test_arrays_without_a_finite_entry_can_be_the_same(nothing):
    array = np.full((2, 3), nothing)
    assert same(array, array.copy()) and same(array, array.copy(), tolerance=1e-6)
    assert not same(array, np.zeros((2, 3)))

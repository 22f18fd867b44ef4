"""Token buckets, by a clock of the test's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jupyter_tornchat.rate import Bucket, Buckets


class Watch:
    """A clock that stands still until it is told."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_then_the_rate_holds() -> None:
    watch = Watch()
    bucket = Bucket(4, 12, watch)
    assert [bucket.take() for _ in range(12)] == [0.0] * 12
    assert bucket.take() == 0.25
    watch.now += 0.5
    assert bucket.take() == 0.0


def test_it_says_how_long_to_wait() -> None:
    watch = Watch()
    bucket = Bucket(2, 2, watch)
    waits = [bucket.take() for _ in range(4)]
    assert waits == [0.0, 0.0, 0.5, 0.5]
    watch.now += 0.5
    assert bucket.take() == 0.0


def test_who_asks_too_often_still_gets_what_the_rate_allows() -> None:
    watch = Watch()
    bucket = Bucket(5, 15, watch)
    got = 0
    for _ in range(600):
        watch.now += 1 / 6
        got += bucket.take() == 0.0
        assert not bucket.overdrawn
    assert got >= 500


def test_a_rate_of_less_than_one_burst_lets_somebody_speak_at_all() -> None:
    watch = Watch()
    bucket = Bucket(0.1, 0.3, watch)
    assert bucket.take() == 0.0
    watch.now += 10
    assert bucket.take() == 0.0


def test_what_is_large_takes_more() -> None:
    bucket = Bucket(1, 10, Watch())
    assert [bucket.take(4), bucket.take(4), bucket.take(4)] == [0.0, 0.0, 2.0]
    assert Bucket(1, 10, Watch()).take(1000) == 0.0


def test_a_wait_is_never_told_as_none_however_short_it_is() -> None:
    watch = Watch()
    bucket = Bucket(1, 1, watch)
    bucket.take()
    watch.now += 0.9999
    assert bucket.take() == 0.001


def test_a_rest_fills_it_up_to_the_burst_and_no_further() -> None:
    watch = Watch()
    bucket = Bucket(1, 3, watch)
    watch.now += 1_000_000
    assert [bucket.take() for _ in range(4)] == [0.0, 0.0, 0.0, 1.0]


def test_a_flood_is_told_from_haste_and_recovers() -> None:
    watch = Watch()
    bucket = Bucket(1, 3, watch)
    for _ in range(8):
        bucket.take()
    assert not bucket.overdrawn
    bucket.take()
    assert bucket.overdrawn
    for _ in range(1000):
        bucket.take()
    watch.now += 7
    assert bucket.take() == 0.0


def test_no_rate_is_no_limit() -> None:
    bucket = Bucket(0, 0, Watch())
    assert {bucket.take() for _ in range(1000)} == {0.0}
    assert not bucket.overdrawn


@given(
    st.floats(0.1, 100),
    st.integers(1, 50),
    st.lists(st.tuples(st.floats(0, 10), st.integers(0, 20)), max_size=30),
)
def test_nobody_gets_more_than_burst_and_rate_allow(
    rate: float, burst: int, story: list[tuple[float, int]]
) -> None:
    watch = Watch()
    bucket = Bucket(rate, burst, watch)
    got = 0
    for pause, asks in story:
        watch.now += pause
        got += sum(bucket.take() == 0.0 for _ in range(asks))
    assert got <= burst + rate * (watch.now - Watch.now) + 1e-6


def test_of_many_buckets_those_that_came_last_are_remembered() -> None:
    buckets = Buckets(0.001, 1, most=3)
    assert [buckets.take(key) for key in "abc"] == [0.0, 0.0, 0.0]
    assert buckets.take("a") > 0.0
    assert buckets.take("d") == 0.0
    assert buckets.take("a") > 0.0
    assert buckets.take("b") == 0.0  # it was forgotten for d

"""The pauses before a process is started again, of the worker and of what `authflow dev` keeps."""

from authflow.back_off import BackOff


def test_pauses_grow_from_death_to_death_up_to_the_longest():
    back_off = BackOff(first=0.5, longest=3.0, healthy_after=10.0)
    assert [back_off.pause_after(lived=0.1) for _ in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]


def test_after_a_healthy_life_they_begin_anew():
    back_off = BackOff(first=0.5, longest=3.0, healthy_after=10.0)
    lives = [0.1, 0.1, 10.0, 10.1, 0.1]
    assert [back_off.pause_after(lived) for lived in lives] == [0.5, 1.0, 2.0, 0.5, 1.0]

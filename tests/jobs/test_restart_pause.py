"""The pauses before a process is started again, of the worker and of what `authflow dev` keeps."""

from authflow.restart_pause import RestartPause


def test_pauses_grow_from_death_to_death_up_to_the_longest():
    pause = RestartPause(first=0.5, longest=3.0, healthy_after=10.0)
    assert [pause.after(lived=0.1) for _ in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]


def test_after_a_healthy_life_they_begin_anew():
    pause = RestartPause(first=0.5, longest=3.0, healthy_after=10.0)
    lives = [0.1, 0.1, 10.0, 10.1, 0.1]
    assert [pause.after(lived) for lived in lives] == [0.5, 1.0, 2.0, 0.5, 1.0]

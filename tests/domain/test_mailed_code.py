"""A code as people type or paste it."""

import pytest

from authflow.domain.mailed_code import find_code


@pytest.mark.parametrize(
    "typed",
    [
        "04711815", " 04711815 ", "0471 1815", "0471-1815", "04 71 18 15", "0471\u20131815", "0471\u22121815",
        "\u200b04711815", "\ufeff0471\u00a01815\r\n", "0471\u20601815", "\u202a04711815\u202c", "0471\u00ad1815",
        "０４７１１８１５", "０４７１－１８１５", "\u3000０４７１　１８１５", "٠٤٧١١٨١٥",
    ],
    ids=ascii,
)  # fmt: skip
def test_digits_are_what_counts(typed):
    assert find_code(typed) == "04711815"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "0471181",
        "047118150",
        "0471181x",
        "0471181²",
        "0471181①",
        "0471.1815",
        "04711815" + " " * 60,
        "\ud800",
        "\0",
    ],
    ids=ascii,
)
def test_anything_else_is_no_code(typed):
    assert find_code(typed) is None

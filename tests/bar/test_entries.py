"""The bar itself is run by `make bar`; that its entries are whole is seen with every other test."""

import pytest

from tests.bar.copies import apply
from tests.bar.rules import CHECKOUT, HERE, NUMBERS, Rule, all_rules

CONTROLS = sorted((HERE / "controls").iterdir())


def test_every_rule_is_listed_once():
    assert [rule.number for rule in all_rules()] == list(NUMBERS)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: str(rule.number))
def test_each_names_what_holds_it(rule: Rule):
    assert not rule.faults()


def test_every_control_belongs_to_a_rule():
    assert {control for rule in all_rules() for control in rule.controls} == set(CONTROLS)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.stem)
def test_every_control_still_applies(control):
    apply(control, CHECKOUT, "--check")

"""The bar itself is run by `make bar`; that its entries are whole is seen with every other test."""

import pytest

from tests.bar.copies import changed
from tests.bar.rules import CHECKOUT, NUMBERS, Control, Rule, all_rules

CONTROLS = {f"{rule.number}-{control.name}": control for rule in all_rules() for control in rule.controls}


def test_every_rule_is_listed_once():
    assert [rule.number for rule in all_rules()] == list(NUMBERS)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: str(rule.number))
def test_each_names_what_holds_it(rule: Rule):
    assert not rule.faults()


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: str(rule.number))
def test_each_control_has_a_name_of_its_own(rule: Rule):
    names = [control.name for control in rule.controls]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS.keys())
def test_every_control_still_applies_and_is_code(control: Control):
    for path, text in changed(control, CHECKOUT).items():
        # What cannot be imported fails every test, whatever that looks at.
        if path.suffix == ".py":
            compile(text, path, "exec")

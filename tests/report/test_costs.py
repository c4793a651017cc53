"""What every fit was expected to cost and what it cost."""

from __future__ import annotations

from dataclasses import replace

from headstart.core.portion import Portion
from headstart.report.as_json import as_json
from headstart.report.costs import cost_lines
from tests.report.sample_result import sample_result


def test_each_fit_says_on_which_rows_it_was_made():
    full = sample_result()
    usual = full.trials[4]
    folded = replace(usual, portion=Portion(fold=1, folds=5))
    member = replace(usual, role="member", step=2, until=0.5, parent="k1", portion=Portion(folds=5, repeat=2))
    found = replace(full, trials=(usual, folded, member, full.trials[-1]))
    assert [each.role for each in cost_lines(found)] == [
        "on train rows",
        "fold 2 of 5",
        "step 2 of a population",
        "refit on train and dev rows",
    ]
    told = as_json(found)["trials"][2]
    assert (told["role"], told["step"], told["until"], told["parent"]) == ("member", 2, 0.5, "k1")

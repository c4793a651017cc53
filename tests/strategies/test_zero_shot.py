"""Zero-shot against its contract, and when it can't be measured."""

from __future__ import annotations

import pytest

from headstart.models.describe import describe
from headstart.strategies.zero_shot import ZeroShot
from headstart.tasks.classification import Classification
from tests.contracts.small_data import small_situation
from tests.contracts.strategy_contract import StrategyContract
from tests.tiny import tiny_base_folder


class TestZeroShot(StrategyContract):
    name = "zero_shot"


def reasons(tmp_path, *classes, family="bert", **told):
    base = describe(str(tiny_base_folder(tmp_path, family)))
    return ZeroShot().blockers(
        small_situation(Classification(classes=classes, describe=told), base, train_rows=90)
    )


@pytest.mark.parametrize(
    "classes", [("0", "1"), ("A", "B"), ("LABEL_0", "LABEL_1"), ("c1", "c2"), ("-1", "1")]
)
def test_labels_without_words_block_it_and_the_message_says_what_to_do(tmp_path, classes):
    [reason] = reasons(tmp_path, *classes)
    assert f"--describe {classes[0]}=" in reason


@pytest.mark.parametrize(
    "classes", [("no", "yes"), ("card_lost", "cardFound"), ("正", "負"), ("urgent", "not urgent")]
)
def test_labels_with_words_do_not(tmp_path, classes):
    assert reasons(tmp_path, *classes) == ()


def test_descriptions_take_the_place_of_names(tmp_path):
    assert reasons(tmp_path, "0", "1", **{"0": "negative", "1": "positive"}) == ()
    [reason] = reasons(tmp_path, "0", "1", **{"0": "negative"})
    assert "'1'" in reason
    assert "'0'" not in reason


def test_a_decoder_blocks_it(tmp_path):
    [reason] = reasons(tmp_path, "good", "bad", family="gpt2")
    assert "decoder" in reason

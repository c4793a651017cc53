"""Of many words a part is enough for a head to start from."""

from __future__ import annotations

from functools import partial

import numpy as np

from headstart import registry
from headstart.core.split import Split
from headstart.train.start_rows import start_rows
from tests.contracts.small_data import small_rows, small_task
from tests.contracts.tagged_data import tagged_rows
from tests.tiny import tiny_backbone


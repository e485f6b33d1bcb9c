"""The five projects of the demo."""

from __future__ import annotations

from tacit.core.demo.projects.gantry import GANTRY
from tacit.core.demo.projects.harbor import HARBOR
from tacit.core.demo.projects.ledgerd import LEDGERD
from tacit.core.demo.projects.quarry import QUARRY
from tacit.core.demo.projects.tidepool import TIDEPOOL

PROJECTS = (QUARRY, TIDEPOOL, LEDGERD, GANTRY, HARBOR)

"""Whether what was claimed held: each judged use after a pattern was learned is a small forecast.

Prequential (A. P. Dawid, JRSS A 147 (1984), 278–292): the success rate of the uses before it stands
against how the use ended, in the time of the episodes. Reported are the expected calibration error over
bins of equal width, and the Brier score beside that of always forecasting the share that held in the
end, which no constant forecast beats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from tacit.core.model import KINDS, Kind

BINS = 10

PROJECTS = 100
"""So many projects are told apart, those with most forecasts."""


class Forecast(Struct, frozen=True, array_like=True):
    """An estimate in 0..1 made before a use, and whether the use succeeded."""

    estimate: float
    held: bool


class Bin(Struct, frozen=True):
    """Forecasts with an estimate in [``low``, ``high``), the last bin with 1: mean claimed, share held."""

    low: float
    high: float
    count: int
    claimed: float
    held: float


class Score(Struct, frozen=True):
    """How forecasts fared. All but the count are ``None`` without any.

    ``claimed`` is the mean estimate, ``held`` the share of uses that succeeded, ``error`` the expected
    calibration error, ``brier`` the mean squared error, ``base_brier`` that of always saying ``held``.
    """

    forecasts: int
    claimed: float | None = None
    held: float | None = None
    error: float | None = None
    brier: float | None = None
    base_brier: float | None = None


class Calibration(Struct, frozen=True):
    """How the claims of the listed patterns fared: in all, by bins, by kind and by project."""

    total: Score
    bins: tuple[Bin, ...] = ()
    kinds: tuple[tuple[Kind, Score], ...] = ()
    projects: tuple[tuple[str, Score], ...] = ()


def forecasts(ends: Sequence[bool | None], learned: int) -> Iterator[Forecast | None]:
    """The forecast of each use of one pattern; ``None`` for those that are none.

    Args:
        ends: how its uses ended, in the order of their episodes; ``None`` where nobody could judge.
        learned: how many uses stand up to and including the one it was learned at.
    """
    successes = judged = 0
    for place, end in enumerate(ends):
        if end is None:
            yield None
            continue
        yield Forecast(successes / judged, end) if place >= learned and judged else None
        successes += end
        judged += 1


class Sums:
    """Sums over forecasts, bin by bin."""

    __slots__ = ("_bins", "_square")

    def __init__(self) -> None:
        self._bins: dict[int, list[float]] = {}
        self._square = 0.0

    def add(self, made: Forecast) -> None:
        """Take a forecast in."""
        row = self._bins.setdefault(min(BINS - 1, int(made.estimate * BINS + 1e-9)), [0, 0.0, 0])
        row[0] += 1
        row[1] += made.estimate
        row[2] += made.held
        self._square += (made.estimate - made.held) ** 2

    def bins(self) -> tuple[Bin, ...]:
        """The bins that hold any, lowest first."""
        return tuple(
            Bin(number / BINS, (number + 1) / BINS, int(count), claimed / count, held / count)
            for number, (count, claimed, held) in sorted(self._bins.items())
        )

    def score(self) -> Score:
        """How all of them fared."""
        rows = [self._bins[number] for number in sorted(self._bins)]
        count = int(sum(row[0] for row in rows))
        if not count:
            return Score(0)
        held = sum(row[2] for row in rows) / count
        return Score(
            forecasts=count,
            claimed=sum(row[1] for row in rows) / count,
            held=held,
            error=sum(abs(row[1] - row[2]) for row in rows) / count,
            brier=self._square / count,
            base_brier=held * (1 - held),
        )


def calibrate(made: Iterable[tuple[Kind, str, Forecast]]) -> Calibration:
    """Sum up forecasts, each with its pattern's kind and its use's project."""
    total = Sums()
    kinds: dict[Kind, Sums] = {}
    projects: dict[str, Sums] = {}
    for kind, project, one in made:
        total.add(one)
        kinds.setdefault(kind, Sums()).add(one)
        projects.setdefault(project, Sums()).add(one)
    by_project = [(name, sums.score()) for name, sums in projects.items()]
    by_project.sort(key=lambda row: (-row[1].forecasts, row[0]))
    return Calibration(
        total.score(),
        total.bins(),
        tuple((kind, kinds[kind].score()) for kind in KINDS if kind in kinds),
        tuple(by_project[:PROJECTS]),
    )

"""Why a pattern stands where it stands: the clause of the order that put it there, and the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tacit.app.inspector.views.prose import facts
from tacit.core.learn.effectiveness import ENOUGH, effectiveness, was_given
from tacit.core.learn.place import place_of
from tacit.core.model import Pattern
from tacit.core.present import count, moment, percent, plural
from tacit.core.query import conjuncts, positive, text_matches, written
from tacit.core.query_tree import Plan, Text
from tacit.core.text import cut, one_line
from tacit.widgets.ink import Cell, Line

if TYPE_CHECKING:
    from tacit.app.inspector.pattern.known import Shown

_LONGEST = 60  # characters of a matching path or text


def why_lines(pattern: Pattern, shown: Shown | None, now: int, width: int) -> list[Line]:
    """The paragraph. Without a list it tells the place a pattern has in the list of all."""
    pairs = [("Row", _row(shown)), ("Order", _order(pattern, shown, now))]
    if shown is not None:
        pairs.append(("Fits", ", ".join(_fits(pattern, shown))))
    lines = facts(pairs, width)
    return [[], [Cell("Why shown here", "heading")], *lines] if lines else []


def _row(shown: Shown | None) -> str:
    if shown is None:
        return ""
    more = "" if shown.exact else "+"
    group = f" in the group {one_line(shown.group[:200])}" if shown.group else ""
    return f"{count(shown.place + 1)} of {count(shown.total)}{more}{group}"


def _order(pattern: Pattern, shown: Shown | None, now: int) -> str:
    """What sorted it, with its numbers."""
    if pattern.head is not None:
        return "none: it stands behind another pattern, which is the row"
    plan = Plan() if shown is None else shown.plan
    if shown is not None and plan.meaning and plan.sort == "rank" and not shown.by_words:
        text = cut(one_line(" ".join(plan.meaning)), _LONGEST)
        like = "" if shown.likeness is None else f": likeness {shown.likeness:.2f} of 1"
        return f"nearest in meaning to “{text}” first{like}"
    if plan.sort == "rank":
        said = by_rank(pattern)
        return f"{said} (over all projects)" if said and plan.project is not None else said
    return f"by {_number(pattern, plan.sort, now)}; where that is equal, by rank"


def by_rank(pattern: Pattern) -> str:
    """The clause of the list's own order that holds for a pattern, and the numbers that it goes by.

    Of a pattern in several projects it is one place, which goes by its numbers over all of them.
    """
    place = place_of(pattern.rank)
    if place is None:
        return ""
    first, then, over = place.first, place.then, _interval(pattern)
    if place.group == "proven":
        end = f"the lower end of {over}, {percent(first)}"
        if pattern.verdict == "harms":
            end = f"how far the upper end of {over} stays below 100 %, {_points(first)}"
        return f"what helps or harms with proof stands first, by {end}"
    if place.group == "recovery":
        times = f"{plural(int(first), 'time')}; then by the lower end of {over}, {percent(then)}"
        return f"recoveries stand after what is proven, by how often they left the error behind, {times}"
    if place.group == "fact":
        runs = f"then by judged runs, {count(int(then))}"
        return f"facts stand after what is proven and recoveries, by {_clear(first, over)}; {runs}"
    if place.group == "shared":
        uses = f"then by judged uses there, {count(int(then))}"
        end = f"the lower end of the interval in the memory it came from, {percent(first)}"
        return f"what came from elsewhere and was not learned here stands last, by {end}; {uses}"
    said = f"{plural(int(first), 'task')}; then by how specific it is, {count(int(then))}"
    return f"what is not proven stands after recoveries and facts, by the tasks it was seen in, {said}"


def _interval(pattern: Pattern) -> str:
    """The interval that sorts it: that over the uses after it was given to agents, once there are enough."""
    offered = pattern.offered
    if offered is None or offered.judged < ENOUGH:
        return "the interval"
    return f"the interval over its {count(offered.judged)} judged uses after it was offered"


def _clear(far: float, interval: str) -> str:
    """How far the interval of a fact keeps from one half; at -1 there is none."""
    if far <= -1:
        return f"how far {interval} keeps from 50 %: nothing is judged yet"
    if far < 0:
        return f"how far {interval} keeps from 50 %: it reaches over it by {_points(-far)}"
    return f"how far {interval} keeps from 50 %, {_points(far)}"


def _points(share: float) -> str:
    return plural(round(share * 100), "point")


def _number(pattern: Pattern, sort: str, now: int) -> str:
    """The order a person asked for, and what this row has in it."""
    if sort == "uses":
        return f"uses, {count(pattern.uses)}"
    if sort == "success":
        low = "nothing is judged yet" if pattern.low is None else percent(pattern.low)
        return f"the lower end of the interval, {low}"
    if sort == "recent":
        return f"the last use, {moment(pattern.last_used) if pattern.uses else 'of which there is none here'}"
    if sort == "title":
        return "title"
    worth = effectiveness(pattern, now)
    if worth is None:
        return "effectiveness, which needs a judged use"
    used = ", the share of the tasks it was offered in that used it" if was_given(pattern) else ""
    end = f"the lower end of {_interval(pattern)}" if used else "the interval's lower end"
    return f"effectiveness, {worth:.2f} of 1: from {end}{used}, the last use and the uses"


def _fits(pattern: Pattern, shown: Shown) -> Iterator[str]:
    """Each part of the query, and where its words are, also those that stand in for a meaning."""
    meant = " ".join(shown.plan.meaning).casefold().split() if shown.by_words else ()
    for node in (*conjuncts(shown.plan), *map(Text, meant)):
        texts = [one for one in positive(node) if isinstance(one, Text)]
        places = [place for one in texts if (place := _found(pattern, one))]
        told = cut(one_line(written(node)), _LONGEST)
        yield f"{told} ({'; '.join(places)})" if places else told


def _found(pattern: Pattern, text: Text) -> str:
    """Where a word or a quoted text is: in the title, or in which file."""
    asked = Plan(phrases=(text.value,)) if text.exact else Plan(words=(text.value,))
    if text_matches(asked, pattern.title):
        return "in the title"
    held = [path for path in pattern.files if text_matches(asked, path)]
    more = f" and {plural(len(held) - 1, 'file')} more" if len(held) > 1 else ""
    return f"in {cut(one_line(held[0]), _LONGEST)}{more}" if held else ""

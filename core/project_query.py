"""What is asked for by the name that a project had before it was merged, or by an id made of it."""

from __future__ import annotations

from msgspec.structs import replace

from tacit.core.decisions import Decided, decisions, standing
from tacit.core.learn.paths import short_name
from tacit.core.projects import former_ids, other_names, project_names, standing_aliases
from tacit.core.query import Plan, project_matches
from tacit.core.query_tree import Both, Either, Node, Not, Pair
from tacit.core.tables import PATTERNS
from tacit.store.keys import text
from tacit.store.reading import Read


def meant(read: Read, plan: Plan) -> Plan:
    """The query with the name a project has now, where no project goes by the one that is asked for.

    A whole other name comes before a part of one; parts that mean several projects mean none.
    """
    plan = _meant_within(read, plan)
    wanted = plan.project
    if wanted is None or any(project_matches(wanted, name) for name in project_names(read)):
        return plan
    mark = "=" if wanted.startswith("=") else ""  # that very name is meant, and so the one it has now
    named = wanted.removeprefix(mark)
    short = short_name(named)
    if short != named:
        return meant(read, replace(plan, project=mark + short))
    others = standing_aliases(read)
    found = {others[named]} if named in others else set()
    if not (found or mark):
        found = {project for name, project in others.items() if project_matches(wanted, name)}
    return replace(plan, project=mark + found.pop()) if len(found) == 1 else plan


def name_meant(read: Read, wanted: str) -> str:
    """The name that a project has now, for a name or parts of one that it had before; else what was asked."""
    return meant(read, Plan(project=wanted)).project or wanted


def _meant_within(read: Read, plan: Plan) -> Plan:
    """The same for projects within alternatives and negations."""
    if not plan.where:
        return plan

    def renamed(node: Node) -> Node:
        if isinstance(node, Pair) and node.field == "project":
            return replace(node, value=name_meant(read, node.value))
        if isinstance(node, Not):
            return Not(renamed(node.part))
        return type(node)(tuple(map(renamed, node.parts))) if isinstance(node, Both | Either) else node

    return replace(plan, where=tuple(map(renamed, plan.where)))


def formerly(read: Read) -> dict[str, bytes]:
    """Id before its project was merged -> key, of every pattern of the list that had another one then."""
    names = other_names(read)
    found: dict[str, bytes] = {}
    for project in names:
        for _, key in read.scan(PATTERNS, "project", text(project)):
            pattern = read.get(PATTERNS, key)
            if pattern is not None:
                found.update(dict.fromkeys(former_ids(pattern.kind, pattern.key, names), key))
    return found


def decided_now(read: Read) -> dict[str, Decided]:
    """What stands of all that was decided of patterns; of a pattern that is there, under its own id."""
    said = decisions(read)
    found = {one: standing(history) for one, history in said.items()}
    names = other_names(read) if said else {}
    for _, pattern in read.records(PATTERNS) if names else ():
        former = [one for one in former_ids(pattern.kind, pattern.key, names) if one in said]
        if former:
            found[pattern.id] = standing(*(said[one] for one in former), said.get(pattern.id, ()))
            for one in former:
                found.pop(one, None)
    return found

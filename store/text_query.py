"""A ranked query as tantivy answers it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.json import decode

from tacit.store.text_following import Unit
from tacit.store.text_index import KIND, WORDS, TextIndex, guarded, kind_of, unit_of
from tacit.store.text_runs import Want
from tacit.store.text_score import BEGUN, Statistics, rarity
from tacit.store.text_words import Asked

if TYPE_CHECKING:
    from tantivy import DocAddress, Occur, Query

Kind = tuple[str, bool]
"""A source, and whether the texts that a record has besides its own are meant."""


_WHOLE = 4096.0
"""Added to the score of a text that has all that tells: more than any score, and exact in 32 bits."""


_FEW = 200
"""Records whose texts are looked up one by one."""


class Fit(Struct, frozen=True):
    """A text that fits: the source and key of its record, its number there, its score.

    ``whole`` is whether it has all that tells of a query of several words. Those come first.
    """

    name: str
    key: bytes
    number: int
    score: float
    whole: bool = False


class Within:
    """What an index says of a query, records left out that it may not know as they are.

    Every method raises :class:`Unusable` where the index is damaged.
    """

    def __init__(
        self,
        index: TextIndex,
        asked: Asked,
        kinds: Iterable[Kind],
        must: Sequence[Want],
        without: Sequence[Unit],
    ) -> None:
        self._index, self._asked, self._must = index, asked, must
        with guarded():
            from tantivy import Query

            places = {name: place for place, name in enumerate(index.names)}
            chosen = {kind_of(places[name], int(inner)) for name, inner in kinds}
            self._kinds = sorted(chosen) if len(chosen) < 2 * len(places) else []
            self._names = [name for name in index.names if {2 * places[name], 2 * places[name] + 1} & chosen]
            self._begun = {one: self._beginning(one) for one in asked.beginnings}
            self.known = self._statistics()
            self._query = self._made(())
            if without:
                gone = Query.term_set_query(index.schema, "unit", [unit_of(*unit) for unit in without])
                self._query = self._query.and_must_not_match(gone)
            self._total: int | None = None

    @property
    def total(self) -> int:
        """How many texts fit."""
        if self._total is None:
            with guarded():
                self._total = self._index.total(self._query)
        return self._total

    def best(self, most: int) -> list[Fit]:
        """The best ``most`` texts, best first."""
        if self._total is not None:
            most = min(most, self._total)
        return self._answer(self._query, most, count=self._total is None)

    def among(self, units: Collection[Unit], most: int) -> list[Fit]:
        """The best ``most`` texts of some records that fit, whatever was left out."""
        with guarded():
            return self._answer(self._made(units), most)

    def _answer(self, query: Query, most: int, *, count: bool = False) -> list[Fit]:
        if not most:
            return []
        with guarded():
            result = self._index.searcher.search(query, limit=most, count=count)
            hits = result.hits
            if count:
                self._total = result.count  # type: ignore[attr-defined]
            if not hits:
                return []
            found: list[DocAddress] = [address for _, address in hits]
            rows = (
                self._index.searcher.fast_field_values(name, found) for name in ("source", "key", "number")
            )
            names = self._index.names
            return [
                Fit(names[source], key.to_bytes(8, "big"), number, score % _WHOLE, score >= _WHOLE)
                for (score, _), source, key, number in zip(hits, *rows, strict=True)
            ]

    def _made(self, units: Collection[Unit]) -> Query:
        """The query, over some records or all."""
        from tantivy import Occur, Query

        index, asked, known = self._index, self._asked, self.known
        terms = {
            word: Query.term_query(index.schema, WORDS, word, index_option="freq") for word in asked.words
        }
        parts = [(Occur.Should, term) for term in terms.values()]
        for one, query in self._begun.items():
            weight = BEGUN * rarity(known.texts, known.beginnings[one])
            parts.append((Occur.Should, Query.const_score_query(query, weight)))
        parts += self._whole(terms)
        needed = []
        if len(asked.telling) < len(terms):
            needed.append(_any([*(terms[word] for word in sorted(asked.telling)), *self._begun.values()]))
        if self._kinds:
            needed.append(Query.term_set_query(index.schema, KIND, self._kinds))
        if units:
            needed.append(self._of(units))
        needed += [self._any(want) for want in self._must]
        if not needed:
            return Query.boolean_query(parts)
        fits = (Occur.Must, Query.boolean_query(parts))
        return Query.boolean_query(
            [fits, *((Occur.Must, Query.const_score_query(one, 0.0)) for one in needed)]
        )

    def _of(self, units: Collection[Unit]) -> Query:
        """All texts of some records. Few terms are quicker looked up one by one than as a set."""
        from tantivy import Query

        schema, names = self._index.schema, [unit_of(*unit) for unit in units]
        if len(names) > _FEW:
            return Query.term_set_query(schema, "unit", names)
        return _any([Query.term_query(schema, "unit", name, index_option="basic") for name in names])

    def _whole(self, terms: dict[str, Query]) -> list[tuple[Occur, Query]]:
        """What sets texts apart that have all that tells (see :func:`tacit.store.text_score.whole`)."""
        from tantivy import Occur, Query

        if len(self._asked.telling) < 2:
            return []
        every = [Query.boolean_query([(Occur.Must, terms[word]) for word in sorted(self._asked.telling)])]
        if self._begun:
            every.append(Query.boolean_query([(Occur.Must, query) for query in self._begun.values()]))
        return [(Occur.Should, Query.const_score_query(_any(every), _WHOLE))]

    def _beginning(self, run: str) -> Query:
        """Texts with a run that begins like this. A regular expression would be as right, and slower."""
        from tantivy import Query

        schema = self._index.schema
        fields = (f"in_{name}" for name in self._names)
        return _any([Query.fuzzy_term_query(schema, one, run, distance=0, prefix=True) for one in fields])

    def _any(self, want: Want) -> Query:
        """Texts of any of the sources that have a term."""
        return _any([self._index.query(f"in_{name}", want) for name in self._names])

    def _statistics(self) -> Statistics:
        from tantivy import Query

        searcher = self._index.searcher
        held = {word: searcher.doc_freq(WORDS, word) for word in self._asked.words}
        texts, average = self._measured(next((word for word, count in held.items() if count), ""))
        begun = {
            one: self._index.total(Query.const_score_query(query, 1.0)) for one, query in self._begun.items()
        }
        return Statistics(texts, average, held, begun)

    def _measured(self, word: str) -> tuple[int, float]:
        """How many texts the index reckons with, and how many words they have on average.

        Only tantivy's account of a score tells that, so one is asked for: that of any text with ``word``.
        """
        from tantivy import Query

        index = self._index
        if index.measured is None:
            if not word:  # nothing of the query is in the index, so nearly any measure will do
                word = next((one for one, _ in index.searcher.terms_with_prefix(WORDS, "", limit=1)), "")
            query = Query.term_query(index.schema, WORDS, word, index_option="freq")
            hits = index.searcher.search(query, limit=1, count=False).hits
            if not hits:
                return index.searcher.num_docs, 1.0
            account = decode(query.explain(index.searcher, hits[0][1]).to_json(), type=_Account)
            named = {one.description.partition(",")[0]: one.value for one in _all(account)}
            index.measured = int(named["N"]), named["avgdl"]
        return index.measured


class _Account(Struct, frozen=True):
    value: float
    description: str
    details: tuple[_Account, ...] = ()


def _all(account: _Account) -> Iterable[_Account]:
    yield account
    for one in account.details:
        yield from _all(one)


def _any(queries: list[Query]) -> Query:
    from tantivy import Occur, Query

    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, one) for one in queries])

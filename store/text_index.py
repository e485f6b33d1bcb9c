"""One generation of the text index: the only module that speaks to tantivy.

Everything tantivy raises, its panics included, becomes :class:`Unusable`. The documents hold no text:
only their terms and words, the number of their record and theirs within it, and a checksum of the text.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self
from zlib import crc32

from tacit.store.text_runs import LONG, Want, plain, terms_of
from tacit.store.text_words import analyzer, spaced_of

if TYPE_CHECKING:
    from tantivy import DocAddress, IndexWriter, Query, Searcher

HEAP = 15_000_000
"""Bytes a writer gathers before it writes a segment; the least that tantivy takes."""

WORDS, KIND = "words", "kind"
"""The fields that are ranked by, and that tell a source's documents of number 0 from its others."""

_ANALYZER = "runs"
_PAGE = 100_000


class Unusable(Exception):
    """The index cannot be read or written; whoever wanted that does without."""


@contextmanager
def guarded() -> Iterator[None]:
    """Turn what tantivy raises into :class:`Unusable`; a panic of it is no ``Exception``."""
    try:
        yield
    except Unusable:
        raise
    except (OSError, ValueError, RuntimeError, TypeError, OverflowError, MemoryError) as error:
        raise Unusable(str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Unusable(str(error)) from error


class TextIndex:
    """An open generation for the sources with these names, each a field of its own.

    Attributes:
        measured: how many texts scores reckon with and how many words they have on average, once known.
    """

    def __init__(self, folder: str, names: Sequence[str], *, create: bool = False) -> None:
        """Open it, or make it.

        Raises:
            Unusable: it is not there, or damaged.
        """
        with guarded():
            from tantivy import Index, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

            if create:
                build = SchemaBuilder()
                build.add_text_field("unit", tokenizer_name="raw", index_option="basic")
                build.add_text_field(WORDS, tokenizer_name=WORDS, index_option="freq")
                for number in ("source", "key", "number", "sum", KIND):
                    build.add_unsigned_field(number, fast=number != KIND, indexed=number in {"key", KIND})
                for name in names:
                    build.add_text_field(f"in_{name}", tokenizer_name=_ANALYZER, index_option="basic")
                self._index = Index(build.build(), path=folder)
            else:
                self._index = Index.open(folder)
            runs = TextAnalyzerBuilder(Tokenizer.whitespace()).build()
            self._index.register_tokenizer(_ANALYZER, runs)
            self._index.register_tokenizer(WORDS, analyzer())
            self.schema = self._index.schema
            self.searcher: Searcher = self._index.searcher()
        self.measured: tuple[int, float] | None = None
        self.folder = folder
        self.names = list(names)

    def documents(self) -> int:
        """How many documents there are."""
        with guarded():
            return self.searcher.num_docs

    def find(self, name: str, wanted: Iterable[Want], most: int) -> list[tuple[int, int]] | None:
        """(record number, document number) of the documents that have every one of these terms.

        Returns:
            ``None`` when there are more than ``most``.

        Raises:
            Unusable: the index is damaged.
        """
        with guarded():
            from tantivy import Occur, Query

            field = f"in_{name}"
            parts = [(Occur.Must, self.query(field, want)) for want in wanted]
            query = Query.const_score_query(Query.boolean_query(parts), 1.0)
            total = self.total(query)
            if total > most:
                return None
            return [(key, number) for key, number in self.values(query, total, "key", "number")]

    def everything(self) -> Iterator[tuple[str, int, int, int]]:
        """(source, record number, document number, checksum of the text) of every document.

        Raises:
            Unusable: the index is damaged.
        """
        with guarded():
            from tantivy import FieldType, Query

            slices = self.searcher.num_docs // _PAGE + 1
            bounds = [(1 << 64) * place // slices for place in range(slices)] + [(1 << 64) - 1]
            for place in range(slices):
                query = Query.range_query(
                    self.schema,
                    "key",
                    FieldType.Unsigned,
                    lower_bound=bounds[place],
                    upper_bound=bounds[place + 1],
                    include_upper=place == slices - 1,
                )
                rows = self.values(query, self.total(query), "source", "key", "number", "sum")
                for source, key, number, checksum in rows:
                    yield self.names[source], key, number, checksum

    def writer(self) -> Writer:
        """What changes it. Nobody else may write to it meanwhile.

        Raises:
            Unusable: somebody does, or the place cannot be written to.
        """
        with guarded():
            return Writer(self._index.writer(HEAP, 1), self.names, self.folder)

    def query(self, field: str, want: Want) -> Query:
        """The documents that have a term."""
        from tantivy import Query

        if want.begins and want.ends:
            return Query.term_query(self.schema, field, want.run, index_option="basic")
        expression = f"{'' if want.begins else '.*'}{want.run}{'' if want.ends else '.*'}"
        query = Query.regex_query(self.schema, field, expression)
        if not want.cut:
            return query
        return query.or_should_match(Query.term_query(self.schema, field, LONG, index_option="basic"))

    def total(self, query: Query) -> int:
        """How many documents a query finds."""
        total: int = self.searcher.search(query, limit=1, count=True).count  # type: ignore[attr-defined]
        return total

    def values(self, query: Query, total: int, *fields: str) -> Iterator[tuple[Any, ...]]:
        """The values of these fields of the documents that a query finds."""
        if not total:
            return iter(())
        hits = self.searcher.search(query, limit=total, count=False).hits
        found: list[DocAddress] = [address for _, address in hits]
        return zip(*(self.searcher.fast_field_values(field, found) for field in fields), strict=True)


class Writer:
    """Changes to a generation, kept together until :meth:`commit`; for a ``with`` block.

    At its end segments that are being merged are waited for, and what was not committed is dropped.
    """

    def __init__(self, writer: IndexWriter, names: Sequence[str], folder: str) -> None:
        self._writer: IndexWriter | None = writer
        self._sources = {name: place for place, name in enumerate(names)}
        self._folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        writer, self._writer = self._writer, None
        if kind is None and writer is not None:
            with guarded():
                writer.wait_merging_threads()
                for name in os.listdir(self._folder):  # noqa: PTH208
                    os.chmod(f"{self._folder}/{name}", 0o600)  # noqa: PTH101

    def replace(self, name: str, key: bytes, documents: Iterable[tuple[int, str]]) -> int:
        """Let these be the (number, text) of a record; how many characters of terms that was."""
        unit = unit_of(name, key)
        source = self._sources[name]
        size = 0
        with guarded():
            from tantivy import Document

            writer = self._held()
            writer.delete_documents_by_term("unit", unit)
            for number, text in documents:
                seen = plain(text)
                runs = terms_of(text, seen)
                document = Document()
                document.add_text("unit", unit)
                document.add_unsigned("source", source)
                document.add_unsigned("key", int.from_bytes(key, "big"))
                document.add_unsigned("number", number)
                document.add_unsigned("sum", crc32(text.encode()))
                document.add_unsigned(KIND, kind_of(source, number))
                document.add_text(f"in_{name}", runs)
                document.add_text(WORDS, spaced_of(text, seen))
                writer.add_document(document)
                size += len(runs)
        return size

    def commit(self) -> None:
        """Make it durable.

        Raises:
            Unusable: it cannot be written; the last commit stands.
        """
        with guarded():
            self._held().commit()

    def _held(self) -> IndexWriter:
        if self._writer is None:
            raise Unusable("its writer was closed")
        return self._writer


def unit_of(name: str, key: bytes) -> str:
    """The term that all documents of a record have."""
    return f"{name}:{key.hex()}"


def kind_of(source: int, number: int) -> int:
    """The kind of a document: a record's own text, or one of the others it has."""
    return 2 * source + (number > 0)

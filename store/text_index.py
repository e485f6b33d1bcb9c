"""One generation of the text index: the only module that speaks to tantivy.

Everything tantivy raises, its panics included, becomes :class:`Unusable`. The documents hold no text:
only their terms, the number of their record and theirs within it, and a checksum of the terms.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Self
from zlib import crc32

from tacit.store.text_place import Stamps
from tacit.store.text_runs import LONG, Want

if TYPE_CHECKING:
    from tantivy import DocAddress, IndexWriter, Query, Searcher

HEAP = 15_000_000
"""Bytes a writer gathers before it writes a segment; the least that tantivy takes."""

_ANALYZER = "runs"
_PAGE = 100_000
_META = "meta.json"
_FOOTER = 8
"""Bytes at the end of a file: the length of its footer and a magic number."""


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
    """An open generation for the sources with these names, each a field of its own."""

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
                for number in ("source", "key", "number", "sum"):
                    build.add_unsigned_field(number, fast=True, indexed=number == "key")
                for name in names:
                    build.add_text_field(f"in_{name}", tokenizer_name=_ANALYZER, index_option="basic")
                self._index = Index(build.build(), path=folder)
            else:
                self._index = Index.open(folder)
            analyzer = TextAnalyzerBuilder(Tokenizer.whitespace()).build()
            self._index.register_tokenizer(_ANALYZER, analyzer)
            self._schema = self._index.schema
            self._searcher: Searcher = self._index.searcher()
        self.folder = folder
        self._names = list(names)

    def documents(self) -> int:
        """How many documents there are."""
        with guarded():
            return self._searcher.num_docs

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
            parts = [(Occur.Must, self._query(field, want)) for want in wanted]
            query = Query.const_score_query(Query.boolean_query(parts), 1.0)
            total = self._total(query)
            if total > most:
                return None
            return [(key, number) for key, number in self._values(query, total, "key", "number")]

    def everything(self) -> Iterator[tuple[str, int, int, int]]:
        """(source, record number, document number, checksum of the terms) of every document.

        Raises:
            Unusable: the index is damaged.
        """
        with guarded():
            from tantivy import FieldType, Query

            slices = self._searcher.num_docs // _PAGE + 1
            bounds = [(1 << 64) * place // slices for place in range(slices)] + [(1 << 64) - 1]
            for place in range(slices):
                query = Query.range_query(
                    self._schema,
                    "key",
                    FieldType.Unsigned,
                    lower_bound=bounds[place],
                    upper_bound=bounds[place + 1],
                    include_upper=place == slices - 1,
                )
                rows = self._values(query, self._total(query), "source", "key", "number", "sum")
                for source, key, number, checksum in rows:
                    yield self._names[source], key, number, checksum

    def writer(self) -> Writer:
        """What changes it. Nobody else may write to it meanwhile.

        Raises:
            Unusable: somebody does, or the place cannot be written to.
        """
        with guarded():
            return Writer(self._index.writer(HEAP, 1), self._names, self.folder)

    def _query(self, field: str, want: Want) -> Query:
        from tantivy import Query

        if want.begins and want.ends:
            return Query.term_query(self._schema, field, want.run, index_option="basic")
        expression = f"{'' if want.begins else '.*'}{want.run}{'' if want.ends else '.*'}"
        query = Query.regex_query(self._schema, field, expression)
        if not want.cut:
            return query
        return query.or_should_match(Query.term_query(self._schema, field, LONG, index_option="basic"))

    def _total(self, query: Query) -> int:
        total: int = self._searcher.search(query, limit=1, count=True).count  # type: ignore[attr-defined]
        return total

    def _values(self, query: Query, total: int, *fields: str) -> Iterator[tuple[Any, ...]]:
        if not total:
            return iter(())
        hits = self._searcher.search(query, limit=total, count=False).hits
        found: list[DocAddress] = [address for _, address in hits]
        return zip(*(self._searcher.fast_field_values(field, found) for field in fields), strict=True)


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
        """Let these be the (number, terms) of a record; how many characters that was."""
        unit = f"{name}:{key.hex()}"
        size = 0
        with guarded():
            from tantivy import Document

            writer = self._held()
            writer.delete_documents_by_term("unit", unit)
            for number, words in documents:
                document = Document()
                document.add_text("unit", unit)
                document.add_unsigned("source", self._sources[name])
                document.add_unsigned("key", int.from_bytes(key, "big"))
                document.add_unsigned("number", number)
                document.add_unsigned("sum", crc32(words.encode()))
                document.add_text(f"in_{name}", words)
                writer.add_document(document)
                size += len(words)
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


def stamps(folder: str) -> Stamps:
    """The size and modification time of every file that holds documents."""
    found: Stamps = {}
    for name in os.listdir(folder):  # noqa: PTH208
        if _holds(name):
            with suppress(FileNotFoundError):  # a segment that was merged away
                stat = os.stat(f"{folder}/{name}")  # noqa: PTH116
                found[name] = (stat.st_size, stat.st_mtime_ns)
    return found


def check(folder: str, known: Stamps) -> None:
    """See that every file is as it was written: by its stamp, or where that is another by its checksum.

    Raises:
        Unusable: one is missing, cut off or changed.
    """
    with guarded():
        for name in _needed(folder):
            stat = os.stat(f"{folder}/{name}")  # noqa: PTH116
            if known.get(name) != (stat.st_size, stat.st_mtime_ns):
                check_sum(folder, name)


def check_sums(folder: str) -> None:
    """See that every file has the checksum it was written with.

    Raises:
        Unusable: one has not.
    """
    with guarded():
        for name in _needed(folder):
            check_sum(folder, name)


def check_sum(folder: str, name: str) -> None:
    """Compare a file with the checksum in its footer.

    Raises:
        Unusable: it differs, or there is no footer.
    """
    from msgspec.json import decode

    with open(f"{folder}/{name}", "rb") as file:  # noqa: PTH123
        content = memoryview(file.read())
    length = int.from_bytes(content[-_FOOTER : -_FOOTER + 4], "little")
    footer = decode(content[-_FOOTER - length : -_FOOTER], type=dict[str, Any])
    if footer.get("crc") != crc32(content[: -_FOOTER - length]):
        raise Unusable(f"{name} is damaged")


def _holds(name: str) -> bool:
    return name[:1] != "." and len(name) > 32 and name[32] == "."


def _needed(folder: str) -> list[str]:
    """The files of the segments of the newest commit."""
    from msgspec.json import decode

    with open(f"{folder}/{_META}", "rb") as file:  # noqa: PTH123
        meta = decode(file.read(), type=dict[str, Any])
    there = [name for name in os.listdir(folder) if _holds(name)]  # noqa: PTH208
    needed: list[str] = []
    for segment in meta["segments"]:
        name = segment["segment_id"].replace("-", "")
        deletes = segment["deletes"]
        own = [one for one in there if one.startswith(name) and not one.endswith(".del")]
        if deletes is not None:
            own.append(f"{name}.{deletes['opstamp']}.del")
        if len(own) < _PARTS:
            raise Unusable(f"the segment {name} has lost files")
        needed += own
    return needed


_PARTS = 6
"""Files of a segment: terms, postings, positions, lengths, fast fields, stored fields."""

"""From the type of a tool's input to its JSON Schema, as small as it can be said."""

from __future__ import annotations

from tacit.core.jsonform import Json

_SAID = ("description", "minLength", "maxLength", "minimum", "maximum", "pattern", "enum")


def input_schema(kind: type) -> Json:
    """The JSON Schema of a Struct's fields, with the defaults that say something."""
    import msgspec

    _, parts = msgspec.json.schema_components((kind,))
    whole = parts[kind.__name__]
    fields = {name: _field(field) for name, field in whole["properties"].items()}
    schema: Json = {"type": "object", "properties": fields}
    if whole.get("required"):
        schema["required"] = whole["required"]
    return schema | {"additionalProperties": False}


def _field(found: Json) -> Json:
    kinds = [one for one in found.get("anyOf", [found]) if one.get("type") != "null"]
    (kind,) = kinds
    field = {name: value for name, value in kind.items() if name in ("type", *_SAID)}
    if "enum" in field:
        field["enum"] = [one for one in field["enum"] if one]
        field = {"type": "string", **field}
    if "description" in found:
        field["description"] = found["description"]
    if found.get("default") not in (None, "", {}, False):
        field["default"] = found["default"]
    return field


def allowed(field: Json) -> str:
    """What a field may be, in words: ``one of lexical, hybrid``."""
    if "enum" in field:
        return f"one of {', '.join(map(str, field['enum']))}"
    said = [{"string": "a text", "integer": "a whole number", "object": "an object"}.get(field["type"], "")]
    said[0] = said[0] or f"a {field['type']}"
    for name, words in (
        ("minLength", "of at least {:,} characters"),
        ("maxLength", "of at most {:,} characters"),
        ("minimum", "from {:,}"),
        ("maximum", "up to {:,}"),
        ("pattern", "that matches {}"),
    ):
        if name in field:
            said.append(f"{words.format(field[name])} ({name})")
    return " ".join(said)

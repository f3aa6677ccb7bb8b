"""Functions that take text apart: URLs, paths, versions, CSV, XML, command lines, JSON paths, user agents."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

from pivotlab.kql.rewrite import convert, paths
from pivotlab.kql.rewrite.constants import constant
from pivotlab.kql.rewrite.registry import Refusal, define, python
from pivotlab.kql.terms import Value

_STEP = re.compile(r"\.([A-Za-z_][\w ]*)|\[\s*(\d+)\s*\]|\[\s*'([^']*)'\s*\]|\[\s*\"([^\"]*)\"\s*\]")


def _steps(path: str) -> list[tuple[str, str, str, str]]:
    """The steps of a path: each a name, an index, or a name in quotes."""
    inside = path.removeprefix("$")
    if _STEP.sub("", inside) != "":
        raise Refusal(f"extract_json() reads paths such as $.hosts[1].name or $['a name'], not {path[:60]!r}")
    return _STEP.findall(inside)


def _extract_json(path: Value, text: Value, kind: Value | None = None) -> Value:
    """A path such as `$.hosts[1].AvailableMB`. One that a row gives is read by Python at run time."""
    wanted = str(kind.const) if kind is not None and kind.is_constant else "string"
    value = convert.parsed(text) if text.kind == "string" else text
    if not isinstance(path.const, str):
        found = Value(f"CAST(kql_json_path({convert.text(path).sql}, {convert.text(text).sql}) AS JSON)", "dynamic")
    else:
        found = value
        for name, index, single, double in _steps(path.const):
            key = name or single or double
            found = paths.element_of(found, constant(int(index), "long")) if index else paths.property_of(found, key)
    return convert.CONVERSIONS[wanted if wanted in convert.CONVERSIONS else "string"](found)


define(
    "extract_json(path:string, text:any, kind:string?) -> string",
    _extract_json,
    "What a JSON path finds in JSON text.",
    also=("extractjson",),
)


@python("json_path", "VARCHAR VARCHAR", "VARCHAR")
def _py_json_path(path: str | None, text: str | None) -> str | None:
    try:
        found: Any = json.loads(text or "")
    except ValueError:
        return None
    for name, index, single, double in _steps(path or ""):
        key = name or single or double
        if index:
            found = found[int(index)] if isinstance(found, list) and int(index) < len(found) else None
        else:
            found = found.get(key) if isinstance(found, dict) else None
    return None if found is None else json.dumps(found)


_OLDER = {"parse_url": ("parseurl",), "parse_urlquery": ("parseurlquery",)}
for _signature, _meaning in (
    ("parse_url(url:string)", "The parts of a URL, as a bag."),
    ("parse_urlquery(query:string)", "The parameters of a URL's query, as a bag."),
    ("parse_csv(text:string)", "One line of comma-separated values, as an array."),
    ("parse_xml(text:string)", "XML as a dynamic."),
    ("parse_command_line(text:text, kind:string)", "The arguments of a Windows command line, as an array."),
):
    _name = _signature.partition("(")[0]
    define(
        f"{_signature} -> dynamic",
        lambda t, k=None, name=_name: Value(f"CAST(kql_{name}({t.sql}) AS JSON)", "dynamic"),
        _meaning,
        also=_OLDER.get(_name, ()),
    )
define(
    "parse_version(text:string) -> real",
    "kql_parse_version({text})",
    "A version such as 1.2.3.4 as a number that can be compared.",
)


@python("parse_url", "VARCHAR", "VARCHAR")
def _py_parse_url(text: str | None) -> str:
    try:
        parts = urlsplit(text or "")
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    return json.dumps(
        {
            "Scheme": parts.scheme,
            "Host": re.sub(r"^.*@|:\d*$", "", parts.netloc),
            "Port": "" if port is None else str(port),
            "Path": parts.path,
            "Username": parts.username or "",
            "Password": parts.password or "",
            "Query Parameters": dict(parse_qsl(parts.query, keep_blank_values=True)),
            "Fragment": parts.fragment,
        }
    )


@python("parse_urlquery", "VARCHAR", "VARCHAR")
def _py_parse_urlquery(text: str | None) -> str:
    query = (text or "").partition("?")[2] or (text or "")
    return json.dumps({"Query Parameters": dict(parse_qsl(query, keep_blank_values=True))})


@python("parse_csv", "VARCHAR", "VARCHAR")
def _py_parse_csv(text: str | None) -> str | None:
    try:
        return json.dumps(next(csv.reader(io.StringIO(text or "")), [""]))
    except csv.Error:
        return None


def _element(node: ElementTree.Element) -> Any:
    text = (node.text or "").strip()
    if not len(node) and not node.attrib:
        return text
    bag: dict[str, Any] = {f"@{key}": value for key, value in node.attrib.items()}
    for child in node:
        name = child.tag.rpartition("}")[2]
        value = _element(child)
        if name in bag:
            bag[name] = [*bag[name], value] if isinstance(bag[name], list) else [bag[name], value]
        else:
            bag[name] = value
    if text:
        bag["#text"] = text
    return bag


@python("parse_xml", "VARCHAR", "VARCHAR")
def _py_parse_xml(text: str | None) -> str | None:
    if not text or "<!DOCTYPE" in text or "<!ENTITY" in text or len(text) > 200_000:
        return None
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return None
    return json.dumps({root.tag.rpartition("}")[2]: _element(root)})


@python("parse_command_line", "VARCHAR", "VARCHAR")
def _py_parse_command_line(text: str | None) -> str | None:
    if not text:
        return None
    parts = re.findall(r'(?:[^\s"]|"(?:\\.|[^"\\])*"?)+', text)
    return json.dumps([re.sub(r'(?<!\\)"', "", part).replace('\\"', '"') for part in parts])


_DIGITS = re.compile(r"[0-9]{1,8}")


@python("parse_version", "VARCHAR", "DOUBLE")
def _py_parse_version(text: str | None) -> float | None:
    parts = (text or "").strip().split(".")
    if not parts or len(parts) > 4 or not all(_DIGITS.fullmatch(part) for part in parts):
        return None
    return float(sum(int(part) * 10 ** (8 * (3 - place)) for place, part in enumerate(parts)))

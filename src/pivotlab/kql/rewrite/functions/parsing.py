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
from pivotlab.kql.rewrite.registry import define, python
from pivotlab.kql.terms import Value

_STEP = re.compile(r"\.([A-Za-z_][\w ]*)|\[\s*(\d+)\s*\]|\[\s*'([^']*)'\s*\]|\[\s*\"([^\"]*)\"\s*\]")


def _extract_json(path: Value, text: Value, kind: Value | None = None) -> Value:
    """A path such as `$.hosts[1].AvailableMB`; anything else is read by Python at run time."""
    wanted = str(kind.const) if kind is not None and kind.is_constant else "string"
    value = convert.parsed(text) if text.kind == "string" else text
    steps = path.const if isinstance(path.const, str) else None
    if steps is None or _STEP.sub("", steps.removeprefix("$")) != "":
        found = Value(f"CAST(kql_json_path({convert.text(path).sql}, {convert.text(text).sql}) AS JSON)", "dynamic")
    else:
        found = value
        for name, index, single, double in _STEP.findall(steps.removeprefix("$")):
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
    for name, index, single, double in _STEP.findall((path or "").removeprefix("$")):
        key = name or single or double
        if index:
            found = found[int(index)] if isinstance(found, list) and int(index) < len(found) else None
        else:
            found = found.get(key) if isinstance(found, dict) else None
    return None if found is None else json.dumps(found)


for _signature, _meaning in (
    ("parse_url(url:string)", "The parts of a URL, as a bag."),
    ("parse_urlquery(query:string)", "The parameters of a URL's query, as a bag."),
    ("parse_path(path:string)", "The parts of a file path, as a bag."),
    ("parse_csv(text:string)", "One line of comma-separated values, as an array."),
    ("parse_xml(text:string)", "XML as a dynamic."),
    (
        "parse_user_agent(text:string, look_for:any)",
        "Browser, operating system and device of a user agent, as a bag; the lab knows the common ones.",
    ),
    ("parse_command_line(text:text, kind:string)", "The arguments of a Windows command line, as an array."),
):
    _name = _signature.partition("(")[0]
    define(
        f"{_signature} -> dynamic",
        lambda t, k=None, name=_name: Value(f"CAST(kql_{name}({t.sql}) AS JSON)", "dynamic"),
        _meaning,
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


@python("parse_path", "VARCHAR", "VARCHAR")
def _py_parse_path(text: str | None) -> str:
    path = text or ""
    scheme, separator, rest = path.partition("://")
    scheme, rest = (scheme, rest) if separator else ("", path)
    rest, _, stream = (
        rest.partition(":") if rest.count(":") > 1 or (":" in rest and rest[1:2] != ":") else (rest, "", "")
    )
    if path[1:2] == ":" and not scheme and ":" in path[2:]:
        rest, _, stream = path[:2] + path[2:].partition(":")[0], "", path[2:].partition(":")[2]
    cut = max(rest.rfind("/"), rest.rfind("\\"))
    directory, name = (rest[:cut], rest[cut + 1 :]) if cut >= 0 else ("", rest)
    parent = re.split(r"[\\/]", directory)[-1]
    root = re.match(r"[A-Za-z]:|/", rest)
    return json.dumps(
        {
            "Scheme": scheme,
            "RootPath": root.group() if root else "",
            "DirectoryPath": directory,
            "DirectoryName": parent,
            "Filename": name,
            "Extension": name.rpartition(".")[2] if "." in name else "",
            "AlternateDataStreamName": stream,
        }
    )


@python("parse_csv", "VARCHAR", "VARCHAR")
def _py_parse_csv(text: str | None) -> str:
    rows = list(csv.reader(io.StringIO(text or "")))
    return json.dumps(rows[0] if rows else [""])


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


_BROWSERS = (("Edge", r"Edg(?:e|A|iOS)?/([\d.]+)"), ("Opera", r"OPR/([\d.]+)"), ("Firefox", r"Firefox/([\d.]+)"),
             ("Chrome", r"Chrome/([\d.]+)"), ("Safari", r"Version/([\d.]+).*Safari"), ("IE", r"(?:MSIE |rv:)([\d.]+)"))  # fmt: skip
_SYSTEMS = (("Windows", r"Windows NT ([\d.]+)"), ("Android", r"Android ([\d.]+)"), ("iOS", r"(?:iPhone )?OS ([\d_]+) like Mac"),
            ("Mac OS X", r"Mac OS X ([\d_.]+)"), ("Linux", r"Linux()"))  # fmt: skip


def _found(known: tuple[tuple[str, str], ...], text: str) -> dict[str, str]:
    for family, pattern in known:
        match = re.search(pattern, text)
        if match:
            major, minor, patch, *_ = [*re.split(r"[._]", match.group(1)), "", "", ""]
            return {"Family": family, "MajorVersion": major, "MinorVersion": minor, "Patch": patch}
    return {"Family": "Other", "MajorVersion": "", "MinorVersion": "", "Patch": ""}


@python("parse_user_agent", "VARCHAR", "VARCHAR")
def _py_parse_user_agent(text: str | None) -> str:
    agent = text or ""
    device = "iPhone" if "iPhone" in agent else "iPad" if "iPad" in agent else "Other"
    return json.dumps(
        {
            "Browser": _found(_BROWSERS, agent),
            "OperatingSystem": _found(_SYSTEMS, agent),
            "Device": {
                "Family": device,
                "Brand": "Apple" if device != "Other" else "",
                "Model": device if device != "Other" else "",
            },
        }
    )


@python("parse_command_line", "VARCHAR", "VARCHAR")
def _py_parse_command_line(text: str | None) -> str | None:
    if not text:
        return None
    parts = re.findall(r'(?:[^\s"]|"(?:\\.|[^"\\])*"?)+', text)
    return json.dumps([re.sub(r'(?<!\\)"', "", part).replace('\\"', '"') for part in parts])


@python("parse_version", "VARCHAR", "DOUBLE")
def _py_parse_version(text: str | None) -> float | None:
    parts = (text or "").strip().split(".")
    if not parts or len(parts) > 4 or not all(part.isdigit() and len(part) <= 8 for part in parts):
        return None
    return float(sum(int(part) * 10 ** (8 * (3 - place)) for place, part in enumerate(parts)))

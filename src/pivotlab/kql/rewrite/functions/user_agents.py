"""`parse_user_agent()` (learn.microsoft.com, "parse_user_agent()").

The service tells thousands of programs apart. The lab knows the common browsers on Windows, macOS, iPhone and iPad, and
refuses any other user agent instead of calling it something.
"""

from __future__ import annotations

import json
import re

from pivotlab.kql.rewrite.registry import Refusal, define, python
from pivotlab.kql.terms import Value

_TARGETS = {"browser": "Browser", "os": "OperatingSystem", "device": "Device"}


def _parse_user_agent(text: Value, look_for: Value | None = None) -> Value:
    wanted = look_for.const if look_for is not None else None
    targets = [str(target) for target in (wanted if isinstance(wanted, list) else [wanted])]
    if not all(target in _TARGETS for target in targets):
        raise Refusal("parse_user_agent() needs what to look for as a literal: 'browser', 'os' or 'device'")
    pieces = ", ".join(f"'{_TARGETS[target]}', CAST(kql_agent_{target}({text.sql}) AS JSON)" for target in targets)
    return Value(f"json_object({pieces})", "dynamic")


define(
    "parse_user_agent(text:string, look_for:any?) -> dynamic",
    _parse_user_agent,
    "Browser, operating system and device of a user agent, as a bag; the lab knows the common ones.",
)

_BROWSERS = (
    ("Edge", r"\bEdg/([\d.]+)"),
    ("Opera", r"\bOPR/([\d.]+)"),
    ("Firefox", r"\bFirefox/([\d.]+)$"),
    ("Mobile Safari", r"iP(?:hone|ad).*Version/([\d.]+) Mobile/\w+ Safari/"),
    ("Chrome", r"\bChrome/([\d.]+) Safari/[\d.]+$"),
    ("Safari", r"Macintosh.*Version/([\d.]+) Safari/[\d.]+$"),
    ("IE", r"Trident/7\.0.*rv:(11\.0)"),
)
_WINDOWS = {"10.0": ("10", ""), "6.3": ("8", "1"), "6.2": ("8", ""), "6.1": ("7", "")}


def _unknown(text: str) -> Refusal:
    return Refusal(f"parse_user_agent() knows the common browsers only, not {text[:60]!r}")


@python("agent_browser", "VARCHAR", "VARCHAR")
def _py_agent_browser(text: str | None) -> str:
    agent = text or ""
    if "Android" not in agent:
        for family, pattern in _BROWSERS:
            match = re.search(pattern, agent)
            if match:
                parts: list[str] = [*match.group(1).split("."), "", "", ""]
                major, minor, patch = parts[:3]
                return json.dumps({"Family": family, "MajorVersion": major, "MinorVersion": minor, "Patch": patch})
    raise _unknown(agent)


@python("agent_os", "VARCHAR", "VARCHAR")
def _py_agent_os(text: str | None) -> str:
    agent = text or ""
    windows = re.search(r"Windows NT (\d+\.\d)", agent)
    apple = re.search(r"(?:CPU (?:iPhone )?(OS)|Mac OS (X)) (\d+)[_.](\d+)(?:[_.](\d+))?", agent)
    if windows and windows.group(1) in _WINDOWS:
        family, (major, minor), patch = "Windows", _WINDOWS[windows.group(1)], ""
    elif apple:
        family, major, minor = ("iOS" if apple.group(1) else "Mac OS X"), apple.group(3), apple.group(4)
        patch = apple.group(5) or ""
    else:
        raise _unknown(agent)
    found = {"Family": family, "MajorVersion": major, "MinorVersion": minor, "Patch": patch, "PatchMinor": ""}
    return json.dumps(found)


@python("agent_device", "VARCHAR", "VARCHAR")
def _py_agent_device(text: str | None) -> str:
    agent = text or ""
    family = next((name for name in ("iPhone", "iPad") if f"({name};" in agent), "")
    if not family and "Windows NT" in agent:
        return json.dumps({"Family": "Other", "Brand": "", "Model": ""})
    if not family:
        raise _unknown(agent)
    return json.dumps({"Family": family, "Brand": "Apple", "Model": family})

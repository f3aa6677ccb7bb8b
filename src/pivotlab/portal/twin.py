"""A portal view as plain text: for a terminal, a screen reader, a stored notebook."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from pivotlab.look.columns import aligned, widths
from pivotlab.portal.blocks import (
    Block,
    Cell,
    Columns,
    Field,
    Form,
    Lanes,
    Links,
    Page,
    Pairs,
    Section,
    Table,
    Text,
)

WIDTH = 110
CELL = 44
"""Characters of a cell; more is cut with an ellipsis."""


def text_of(page: Page) -> str:
    """The whole view, folded sections too."""
    heading = f"{page.title}, {page.clock}" if page.clock else page.title
    return "\n".join([heading, "=" * len(heading), page.notice, *_blocks(page.blocks)]).rstrip()


def _blocks(blocks: Iterable[Block]) -> list[str]:
    return [line for block in blocks for line in ("", *_block(block))]


def _block(block: Block) -> list[str]:
    match block:
        case Text():
            return textwrap.wrap(block.text, WIDTH)
        case Pairs():
            width = max((len(name) for name, _ in block.rows), default=0)
            return [f"{name:<{width}}  {_cell(cell)}" for name, cell in block.rows]
        case Table():
            return _table(block)
        case Form():
            return _form(block)
        case Section():
            return _section(block)
        case Columns():
            return _blocks(block.sections)[1:]
        case Links() | Lanes():
            return textwrap.wrap(block.alt, WIDTH)


def _section(section: Section) -> list[str]:
    title = f"{section.title} ({section.state})" if section.state else section.title
    return [title, "-" * len(title), *_blocks(section.blocks)[1:]]


def _cell(cell: Cell, most: int = WIDTH) -> str:
    text = f"{cell.text} ({cell.second})" if cell.second and cell.text else cell.text or cell.second
    shown = text if len(text) <= most else text[: most - 1] + "\u2026"
    return f"{shown} *{cell.mark}" if cell.mark else shown


def _table(table: Table) -> list[str]:
    rows = [[_cell(cell, CELL) for cell in row] for row in table.rows]
    if not rows:
        return [f"{table.caption}: nothing yet."]
    lines = [list(table.columns), *rows]
    wide = widths(lines)
    over = []
    if table.groups:
        spans, at = [], 0
        for title, count in table.groups:
            spans.append(title.ljust(sum(wide[at : at + count]) + 2 * (count - 1)))
            at += count
        over = ["  ".join(spans).rstrip()]
    return [table.caption, *over, *aligned(lines)]


def _form(form: Form) -> list[str]:
    lines = [line for control in form.fields for line in _field(control)]
    if form.presses:
        lines.append(" ".join(f"[{press.label}]" for press in form.presses))
    if form.said:
        lines += [*form.said.code.splitlines(), *form.said.text.splitlines()]
    return lines


def _field(control: Field) -> list[str]:
    match control.control:
        case "tick":
            return [f"[{'x' if control.value else ' '}] {control.label}"]
        case "ticks":
            ticked = control.value if isinstance(control.value, Sequence) else ()
            boxes = [f"  [{'x' if value in ticked else ' '}] {label}" for value, label in control.choices]
            return [f"{control.label}:", *boxes]
        case _:
            shown = next((label for value, label in control.choices if value == control.value), str(control.value))
            return [f"{control.label}: {shown or '-'}"]

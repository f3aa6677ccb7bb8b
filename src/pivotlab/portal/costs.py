"""The cost ledger: what the workspace has taken in, table by table, and which of it is charged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pivotlab.portal.blocks import Block, Cell, Form, Pairs, Press, Section, Table, Text
from pivotlab.portal.view import PortalView

if TYPE_CHECKING:
    from pivotlab.tenant import Tenant

HOW = (
    "Measured on the practice data: the rows as JSON text, from a sample of each table. It shows proportions, not a "
    "bill; prices are not in this course."
)

COLUMNS = ("Table", "Rows", "MB", "Charged?", "Why (fact)")
LARGEST = 12
"""Tables that are shown at once; the others are folded."""


class CostsView(PortalView):
    """Free against charged. Measuring takes a second, so it is done again only when asked for."""

    title = "What the workspace takes in"
    follows: ClassVar[bool] = False

    def __init__(self, tenant: Tenant) -> None:
        self._ledger = tenant.costs()
        super().__init__(tenant)

    def blocks(self) -> Sequence[Block]:
        """The totals, and a table with a bar for each table."""
        ledger = self._ledger
        total, charged = ledger["MB"].sum(), ledger["Charged MB"].sum()
        share = charged / total if total else 0.0
        totals = Pairs(
            (
                ("Charged", Cell(f"{charged:.1f} MB", f"{share:.0%} of {total:.1f} MB", "caution", share=share)),
                ("Free", Cell(f"{total - charged:.1f} MB", f"{1 - share:.0%}", "right", share=1 - share)),
            )
        )
        largest = ledger["MB"].max() if len(ledger) else 1.0
        rows: list[Sequence[Cell]] = [
            (
                Cell(str(name)),
                Cell(f"{count:,}"),
                _size(size, charged, largest),
                Cell("charged", tone="caution", chip=True) if charged else Cell("free", tone="right", chip=True),
                Cell(str(why)),
            )
            for name, count, size, charged, why in ledger.sort_values("MB", ascending=False).to_numpy().tolist()
        ]
        large, small = rows[:LARGEST], rows[LARGEST:]
        tables: list[Block] = [Table("Largest first", COLUMNS, large)]
        if small:
            rest = Table("Smaller tables", COLUMNS, small, shows_caption=False)
            tables.append(Section("Smaller tables", (rest,), str(len(small)), folded=True))
        again = Form("again", (), (Press("Measure again", "measure"),), self.said("again"))
        return (Section("Free against charged", (totals, Text(HOW, "quiet"), again)), Section("By table", tables))

    def turn_page(self, name: str, values: Mapping[str, Any]) -> str:
        """Measure again."""
        if name == "measure":
            self._ledger = self.tenant.costs()
        return ""


def _size(size: float, charged: float, largest: float) -> Cell:
    return Cell(f"{size:.2f}", tone="caution" if charged else "right", share=size / largest)


def costs(tenant: Tenant) -> CostsView:
    """The cost ledger of the workspace: free against charged, and why."""
    return CostsView(tenant)

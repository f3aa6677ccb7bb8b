"""What hangs off the workspace in Azure Resource Manager, taken apart. Case never matters there."""

from __future__ import annotations

from dataclasses import dataclass

from pivotlab.tenant.identifiers import WORKSPACE, WORKSPACE_ID, WORKSPACE_PATH


@dataclass(frozen=True)
class Address:
    """The part of a resource id below a provider: its kinds, and the names between them.

    `incidents/7/comments/9` has kinds `("incidents", "comments")` and names `("7", "9")`; `pattern` is
    `incidents/*/comments/*`, in lower case, which is what operations are looked up by.
    """

    kinds: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def pattern(self) -> str:
        """The address with every name replaced by a star."""
        steps = [f"{kind}/*" for kind in self.kinds[: len(self.names)]] + list(self.kinds[len(self.names) :])
        return "/".join(steps).lower()


def below(prefix: str, path: str) -> Address | None:
    """The part of `path` below `prefix`, or None when it lies elsewhere.

    >>> below("/subscriptions/x", "/Subscriptions/X/incidents/7/Comments").pattern
    'incidents/*/comments'
    """
    path = path.rstrip("/")
    if path.lower() != prefix.lower() and not path.lower().startswith(prefix.lower() + "/"):
        return None
    steps = [step for step in path[len(prefix) :].split("/") if step]
    return Address(tuple(steps[::2]), tuple(steps[1::2]))


def is_our_workspace(text: str) -> bool:
    """Whether `text` is the workspace's id, name or resource id: the three spellings that the query API takes."""
    return text.strip("/").lower() in (WORKSPACE_ID, WORKSPACE, WORKSPACE_PATH.strip("/").lower())

"""Files that run: the ordinary ones by name, and the attackers' own. A file has the same hashes wherever it is seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pivotlab.scenarios.identifiers import hexadecimal, number
from pivotlab.scenarios.vocabulary import vocabulary


@dataclass(frozen=True)
class Program:
    """An executable, library or script, with what its version resource says."""

    file: str
    folder: str
    company: str = ""
    product: str = ""
    version: str = ""
    description: str = ""
    original: str = ""
    content: str = ""
    """What the hashes derive from. Two names with the same content are the same file, renamed."""
    length: int = 0
    """Bytes, where a story says how many."""

    @property
    def path(self) -> str:
        """Folder and name, as FolderPath gives it."""
        separator = "/" if self.folder.startswith("/") else "\\"
        return f"{self.folder}{separator}{self.file}"

    @property
    def sha256(self) -> str:
        """64 hexadecimal digits."""
        return hexadecimal(64, "sha256", self._content)

    @property
    def sha1(self) -> str:
        """40 hexadecimal digits."""
        return hexadecimal(40, "sha1", self._content)

    @property
    def md5(self) -> str:
        """32 hexadecimal digits."""
        return hexadecimal(32, "md5", self._content)

    @property
    def size(self) -> int:
        """Bytes."""
        return self.length or 18_000 + number(4_000_000, "size", self._content)

    @property
    def _content(self) -> str:
        return self.content or f"{self.path}|{self.version}".lower()

    def renamed(self, path: str) -> Program:
        """The same bytes under another path."""
        separator = "/" if path.startswith("/") else "\\"
        folder, _, file = path.rpartition(separator)
        original = self.original or self.file
        return Program(
            file,
            folder,
            self.company,
            self.product,
            self.version,
            self.description,
            original,
            self._content,
            self.length,
        )


@cache
def programs() -> dict[str, Program]:
    """Every ordinary program by its file name in lower case."""
    known = {}
    for block in vocabulary("programs"):
        shared = {key: value for key, value in block.items() if key != "files"}
        for entry in block["files"]:
            known[entry["file"].lower()] = Program(**{**shared, "original": entry["file"], **entry})
    return known


def program(name: str) -> Program:
    """An ordinary program by file name. Raises `KeyError` for one that `data/company/programs.yaml` does not list."""
    return programs()[name.lower()]


def foreign(path: str, content: str, length: int = 0) -> Program:
    """A file that does not belong here: a path, and what tells its bytes apart. It carries no version resource."""
    return Program("", "", content=content, length=length).renamed(path)

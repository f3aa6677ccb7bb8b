"""The learner's copies of lessons and labs: laid out once, kept whatever happens, offered anew when a lesson changes.

`my-work` holds a copy of every file under `notebooks/` and `labs/`. A copy in which the learner has written something
is never overwritten: a newer version of that lesson is laid beside it, as `05-hunting-updated.ipynb`. A copy that was
only opened or run gives way to the newer version. `.pivotlab/copies.json` remembers what each copy was made from.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

FOLDERS = ("notebooks", "labs")
NOT_SHIPPED = {".ipynb_checkpoints", "__pycache__"}


class UnknownLessonError(Exception):
    """No lesson, or more than one, begins with what was typed. The message names those that there are."""


@dataclass(frozen=True)
class Origin:
    """What a copy was made from: a file of the course, relative to it, and two fingerprints of that file at the time.

    `shipped` is of all its bytes; `written` is of the part that a person writes, which running it does not change.
    """

    lesson: str
    shipped: str
    written: str


@dataclass(frozen=True)
class LaidOut:
    """What one call did, in paths relative to the learner's folder.

    `fresh` are the copies made or renewed; `beside` maps an edited copy to the newer version laid next to it.
    """

    fresh: list[str] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Workbench:
    """The learner's folder `mine`, with copies of what the checkout `course` ships."""

    course: Path
    mine: Path

    def lay_out(self) -> LaidOut:
        """Bring the copies up to date. May be interrupted and repeated at will; a repetition changes nothing.

        Raises OSError when the folder cannot be written; every copy is whole even then.
        """
        laid, origins = LaidOut(), self._origins()
        for lesson in self.lessons():
            shipped = self._origin(lesson)
            current = self._current_copy(lesson, origins)
            known = origins.get(current)
            if not (self.mine / current).exists():
                laid.fresh.append(current)
                self._copy(shipped, current, origins)
            elif known and known.shipped == shipped.shipped:
                continue
            elif written(self.mine / current) in {shipped.written, known.written if known else ""}:
                laid.fresh.append(current)
                self._copy(shipped, current, origins)
            else:
                # From now on the edited copy counts as up to date, so that a learner may delete what is laid beside it.
                origins[current] = replace(known or shipped, shipped=shipped.shipped)
                only_outputs_changed = known is not None and known.written == shipped.written
                if not only_outputs_changed:
                    laid.beside[current] = self._name_beside(lesson)
                    self._copy(shipped, laid.beside[current], origins)
            self._remember(origins)
        return laid

    def reset(self, beginning: str, now: datetime) -> tuple[str, str | None]:
        """Put the learner's copy of one lesson aside and lay out a fresh one.

        `beginning` is how the lesson's name begins: `05`, `5`, `L3` or `05-hunting`. Returns the fresh copy and where
        the former one is kept, relative to the learner's folder; None when there was nothing to keep.
        Raises UnknownLessonError.
        """
        lesson = self._find(beginning)
        aside = None
        if self._differs(lesson, lesson):
            name = Path(lesson)
            aside = f"set-aside/{name.stem}-{now:%Y-%m-%d-%H%M%S}{name.suffix}"
            (self.mine / aside).parent.mkdir(parents=True, exist_ok=True)
            (self.mine / lesson).replace(self.mine / aside)
        origins = {place: origin for place, origin in self._origins().items() if origin.lesson != lesson}
        self._copy(self._origin(lesson), lesson, origins)
        self._remember(origins)
        return lesson, aside

    def lessons(self) -> list[str]:
        """Every file that is shipped, in course order, relative to the course and with forward slashes."""
        return [
            path.relative_to(self.course).as_posix()
            for folder in FOLDERS
            for path in sorted((self.course / folder).rglob("*"))
            if path.is_file() and not NOT_SHIPPED.intersection(path.parts)
        ]

    def first(self) -> str | None:
        """The copy to open first: lesson 00. None when the course has no notebook."""
        return next((lesson for lesson in self.lessons() if lesson.endswith(".ipynb")), None)

    def _current_copy(self, lesson: str, origins: dict[str, Origin]) -> str:
        """The newest copy of a lesson that is still there; where the first one goes when there is none."""
        there = [place for place, origin in origins.items() if origin.lesson == lesson and (self.mine / place).exists()]
        return there[-1] if there else lesson

    def _differs(self, lesson: str, place: str) -> bool:
        """Whether there is a file at `place`, other than the lesson as shipped."""
        mine = self.mine / place
        return mine.exists() and mine.read_bytes() != (self.course / lesson).read_bytes()

    def _name_beside(self, lesson: str) -> str:
        """A name for a newer version: a free one, or the one that an interrupted call has just used."""
        name, number = Path(lesson), 1
        while True:
            place = name.with_stem(f"{name.stem}-updated{f'-{number}' if number > 1 else ''}").as_posix()
            if not self._differs(lesson, place):
                return place
            number += 1

    def _find(self, beginning: str) -> str:
        notebooks = [lesson for lesson in self.lessons() if re.fullmatch(r"[^/]+/[^/]+\.ipynb", lesson)]
        padded = re.sub(r"^(l?)(\d)$", r"\g<1>0\2", beginning, flags=re.IGNORECASE)
        pattern = re.compile(rf"({re.escape(beginning)}|{re.escape(padded)})(-|$)", re.IGNORECASE)
        found = [lesson for lesson in notebooks if pattern.match(Path(lesson).stem)]
        if len(found) == 1:
            return found[0]
        what = "More than one lesson begins" if found else "No lesson begins"
        names = ", ".join(Path(lesson).stem for lesson in found or notebooks) or "none yet"
        raise UnknownLessonError(f"{what} with {beginning!r}; there are: {names}")

    def _origin(self, lesson: str) -> Origin:
        path = self.course / lesson
        return Origin(lesson, _sha256(path), written(path))

    def _copy(self, origin: Origin, place: str, origins: dict[str, Origin]) -> None:
        """Lay a lesson out in one step that cannot be half done."""
        target = self.mine / place
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.draft")
        shutil.copyfile(self.course / origin.lesson, draft)
        draft.replace(target)
        origins[place] = origin

    @property
    def _memory(self) -> Path:
        return self.mine / ".pivotlab" / "copies.json"

    def _origins(self) -> dict[str, Origin]:
        """What is remembered of each copy. With the memory lost or damaged, every copy that differs counts as edited."""
        try:
            return {place: Origin(**origin) for place, origin in json.loads(self._memory.read_text("utf-8")).items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def _remember(self, origins: dict[str, Origin]) -> None:
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        draft = self._memory.with_suffix(f".draft-{os.getpid()}")
        draft.write_text(json.dumps({place: asdict(origin) for place, origin in origins.items()}, indent=1), "utf-8")
        draft.replace(self._memory)


def written(path: Path) -> str:
    """A fingerprint of what a person writes in a file.

    In a notebook these are the cells' types, sources and attachments; running, folding and saving it change none of
    them. Any other file counts whole, and so does a notebook that cannot be read.
    """
    if path.suffix == ".ipynb":
        try:
            cells = json.loads(path.read_text("utf-8"))["cells"]
            parts = [[cell["cell_type"], "".join(cell["source"]), cell.get("attachments") or {}] for cell in cells]
        except (ValueError, KeyError, TypeError):
            return _sha256(path)
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    return _sha256(path)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

"""A learner's work is never lost, and never in the way of an update."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from pivotlab.lab.workbench import UnknownLessonError, Workbench, written

NOW = datetime(2026, 11, 3, 8, 0, 0)


def notebook(*sources: str, outputs: tuple[str, ...] = ()) -> str:
    """A notebook's text, with one printed line per cell where `outputs` has one."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "source": source.splitlines(keepends=True),
            "execution_count": number,
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": [text]} for text in outputs[number : number + 1]
            ],
        }
        for number, source in enumerate(sources)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """A course of two lessons, a picture and a lab with its solution; nothing laid out yet."""
    files = {
        "notebooks/00-start-here.ipynb": notebook("1"),
        "notebooks/05-hunting.ipynb": notebook("first = 1", "second = 2"),
        "notebooks/images/kill-chain.svg": "<svg/>",
        "labs/L03-break-the-sync.ipynb": notebook("answer = ..."),
        "labs/solutions/L03-break-the-sync.ipynb": notebook("answer = 3"),
    }
    for name, text in files.items():
        path = tmp_path / "course" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Workbench(tmp_path / "course", tmp_path / "my work")


HUNTING = "notebooks/05-hunting.ipynb"
BESIDE = "notebooks/05-hunting-updated.ipynb"


def ship(bench: Workbench, text: str, lesson: str = HUNTING) -> None:
    (bench.course / lesson).write_text(text, "utf-8")


def edit(bench: Workbench, text: str, place: str = HUNTING) -> None:
    (bench.mine / place).write_text(text, "utf-8")


def mine(bench: Workbench, place: str = HUNTING) -> str:
    return (bench.mine / place).read_text("utf-8")


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_first_opening_lays_out_every_shipped_file_byte_for_byte(bench: Workbench) -> None:
    laid = bench.lay_out()

    shipped = everything(bench.course)
    assert len(shipped) == 5
    assert {name: content for name, content in everything(bench.mine).items() if ".pivotlab" not in name} == shipped
    assert sorted(laid.fresh) == sorted(name.replace("\\", "/") for name in shipped)
    assert laid.beside == {}


def test_the_second_opening_changes_nothing(bench: Workbench) -> None:
    bench.lay_out()
    edit(bench, notebook("mine = 1"))
    before = everything(bench.mine)

    laid = bench.lay_out()

    assert (laid.fresh, laid.beside) == ([], {})
    assert everything(bench.mine) == before


def test_an_edited_copy_stays_and_the_newer_version_is_laid_beside_it(bench: Workbench) -> None:
    bench.lay_out()
    edit(bench, notebook("first = 1", "second = 'my own'"))
    ship(bench, notebook("first = 1", "second = 2", "third = 3"))

    laid = bench.lay_out()

    assert laid.beside == {HUNTING: BESIDE}
    assert mine(bench) == notebook("first = 1", "second = 'my own'")
    assert mine(bench, BESIDE) == notebook("first = 1", "second = 2", "third = 3")


def test_a_copy_that_was_only_run_gives_way_to_the_newer_version(bench: Workbench) -> None:
    bench.lay_out()
    edit(bench, notebook("first = 1", "second = 2", outputs=("printed\n", "more\n")))
    ship(bench, notebook("first = 1", "second = 2", "third = 3"))

    laid = bench.lay_out()

    assert (laid.fresh, laid.beside) == ([HUNTING], {})
    assert mine(bench) == notebook("first = 1", "second = 2", "third = 3")


def test_a_version_that_differs_in_outputs_only_is_not_offered_beside_an_edited_copy(bench: Workbench) -> None:
    bench.lay_out()
    edit(bench, notebook("my = 1"))
    ship(bench, notebook("first = 1", "second = 2", outputs=("newly stored\n",)))

    laid = bench.lay_out()

    assert (laid.fresh, laid.beside) == ([], {})
    assert mine(bench) == notebook("my = 1")


def test_a_third_version_renews_the_one_laid_beside_while_nobody_has_written_in_it(bench: Workbench) -> None:
    bench.lay_out()
    edit(bench, notebook("my = 1"))
    ship(bench, notebook("version = 2"))
    bench.lay_out()
    ship(bench, notebook("version = 3"))

    laid = bench.lay_out()

    assert (laid.fresh, laid.beside) == ([BESIDE], {})
    assert mine(bench) == notebook("my = 1")
    assert mine(bench, BESIDE) == notebook("version = 3")


def test_a_third_version_gets_a_name_of_its_own_once_both_copies_are_edited(bench: Workbench) -> None:
    bench.lay_out()
    edit(bench, notebook("my = 1"))
    ship(bench, notebook("version = 2"))
    bench.lay_out()
    edit(bench, notebook("my = 2"), BESIDE)
    ship(bench, notebook("version = 3"))

    laid = bench.lay_out()

    third = "notebooks/05-hunting-updated-2.ipynb"
    assert laid.beside == {BESIDE: third}
    assert [mine(bench), mine(bench, BESIDE), mine(bench, third)] == [
        notebook("my = 1"),
        notebook("my = 2"),
        notebook("version = 3"),
    ]


def test_a_newer_version_that_the_learner_deleted_does_not_come_back(bench: Workbench) -> None:
    bench.lay_out()
    edit(bench, notebook("my = 1"))
    ship(bench, notebook("version = 2"))
    bench.lay_out()
    (bench.mine / BESIDE).unlink()

    laid = bench.lay_out()

    assert (laid.fresh, laid.beside) == ([], {})
    assert not (bench.mine / BESIDE).exists()


def test_a_deleted_copy_is_laid_out_again(bench: Workbench) -> None:
    bench.lay_out()
    (bench.mine / HUNTING).unlink()

    assert bench.lay_out().fresh == [HUNTING]
    assert mine(bench) == notebook("first = 1", "second = 2")


def test_a_file_of_the_learners_own_under_the_name_for_updates_is_left_alone(bench: Workbench) -> None:
    bench.lay_out()
    edit(bench, notebook("my = 1"))
    edit(bench, "my own file", BESIDE)
    ship(bench, notebook("version = 2"))

    assert bench.lay_out().beside == {HUNTING: "notebooks/05-hunting-updated-2.ipynb"}
    assert mine(bench, BESIDE) == "my own file"


@pytest.mark.parametrize("memory", ["", "{", "[]", '{"notebooks/05-hunting.ipynb": {"lesson": 1}}'])
def test_with_its_memory_lost_or_damaged_it_still_overwrites_nothing_that_was_written(
    bench: Workbench, memory: str
) -> None:
    bench.lay_out()
    edit(bench, notebook("my = 1"))
    (bench.mine / ".pivotlab" / "copies.json").write_text(memory, "utf-8")

    laid = bench.lay_out()

    assert laid.beside == {HUNTING: BESIDE}
    assert mine(bench) == notebook("my = 1")
    assert (bench.lay_out().fresh, bench.lay_out().beside) == ([], {})


def test_a_damaged_notebook_counts_as_edited(bench: Workbench) -> None:
    bench.lay_out()
    edit(bench, '{"cells": [')
    ship(bench, notebook("version = 2"))

    assert bench.lay_out().beside == {HUNTING: BESIDE}
    assert mine(bench) == '{"cells": ['


def test_an_interruption_between_copying_and_remembering_leaves_no_second_copy(bench: Workbench) -> None:
    bench.lay_out()
    edit(bench, notebook("my = 1"))
    before = (bench.mine / ".pivotlab" / "copies.json").read_bytes()
    ship(bench, notebook("version = 2"))
    bench.lay_out()
    (bench.mine / ".pivotlab" / "copies.json").write_bytes(before)

    bench.lay_out()

    names = sorted(path.name for path in (bench.mine / "notebooks").glob("05*"))
    assert names == ["05-hunting-updated.ipynb", "05-hunting.ipynb"]


def test_a_full_disk_leaves_the_copy_as_it_was(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.lay_out()
    ship(bench, notebook("version = 2"))

    def full(source: Path, target: Path) -> None:
        Path(target).write_text("half a not", "utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pivotlab.lab.workbench.shutil.copyfile", full)
    with pytest.raises(OSError, match="No space left"):
        bench.lay_out()
    assert mine(bench) == notebook("first = 1", "second = 2")

    monkeypatch.undo()
    assert bench.lay_out().fresh == [HUNTING]


def test_reset_keeps_the_former_copy_under_its_time_and_lays_out_a_fresh_one(bench: Workbench) -> None:
    bench.lay_out()
    edit(bench, notebook("my = 1"))

    fresh, aside = bench.reset("05", NOW)

    assert (fresh, aside) == (HUNTING, "set-aside/05-hunting-2026-11-03-080000.ipynb")
    assert mine(bench, "set-aside/05-hunting-2026-11-03-080000.ipynb") == notebook("my = 1")
    assert mine(bench) == notebook("first = 1", "second = 2")
    assert bench.lay_out().fresh == []


def test_reset_has_nothing_to_keep_of_an_untouched_copy(bench: Workbench) -> None:
    bench.lay_out()

    assert bench.reset("05-hunting", NOW) == (HUNTING, None)
    assert not (bench.mine / "set-aside").exists()


@pytest.mark.parametrize("beginning", ["5", "05", "05-hunting"])
def test_reset_finds_a_lesson_by_the_beginning_of_its_name(bench: Workbench, beginning: str) -> None:
    assert bench.reset(beginning, NOW)[0] == HUNTING


@pytest.mark.parametrize("beginning", ["L3", "l03", "L03-break-the-sync"])
def test_reset_means_the_lab_and_not_its_solution(bench: Workbench, beginning: str) -> None:
    assert bench.reset(beginning, NOW)[0] == "labs/L03-break-the-sync.ipynb"


@pytest.mark.parametrize("beginning", ["05-hunt", "77", "", ".*"])
def test_reset_names_the_lessons_that_there_are_when_none_begins_so(bench: Workbench, beginning: str) -> None:
    with pytest.raises(UnknownLessonError, match=r"No lesson begins with .*00-start-here, 05-hunting"):
        bench.reset(beginning, NOW)


def test_only_what_a_person_writes_counts_as_written(tmp_path: Path) -> None:
    def fingerprint(text: str) -> str:
        path = tmp_path / "some.ipynb"
        path.write_text(text, "utf-8")
        return written(path)

    plain = fingerprint(notebook("a = 1\nb = 2"))
    assert fingerprint(notebook("a = 1\nb = 2", outputs=("3\n",))) == plain
    assert fingerprint(notebook("a = 1\nb = 2").replace('"metadata": {}', '"metadata": {"collapsed": true}')) == plain
    assert fingerprint(notebook("a = 1\nb = 3")) != plain
    assert fingerprint(notebook("a = 1\n", "b = 2")) != plain
    assert fingerprint(notebook("a = 1\nb = 2").replace('"code"', '"raw"')) != plain


def test_the_course_opens_on_its_first_lesson(bench: Workbench, tmp_path: Path) -> None:
    assert bench.first() == "notebooks/00-start-here.ipynb"
    assert Workbench(tmp_path / "empty", tmp_path / "mine").first() is None

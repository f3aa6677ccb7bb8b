"""`python start.py`: one command, on any machine, interrupted or not."""

from __future__ import annotations

import ast
import random
import re
import shutil
import subprocess
import time
from collections import namedtuple

import pytest

from pivotlab.cli import parser
from pivotlab.places import ROOT

from .conftest import ALONE, Checkout, pin

SEED = random.Random().randrange(10**6)


def importable(checkout: Checkout, name: str) -> bool:
    return checkout.program("python", "-c", f"import {name}")[0] == 0


# --- a first set-up, from wheels, with no network, under a path with spaces and other letters


@pytest.mark.parametrize("words", [("python", "-m", "pivotlab"), ("pivotlab",)])
def test_pivotlab_runs_from_the_checkout_in_the_environment(checkout: Checkout, words: tuple[str, ...]) -> None:
    assert checkout.program(*words, "facts") == (7, f"['facts'] {checkout.folder / '.venv'}\n")


def test_a_second_set_up_does_nothing(checkout: Checkout) -> None:
    stamp = checkout.module().STAMP
    before = stamp.stat().st_mtime_ns
    code, output, _ = checkout.run("setup")
    assert (code, output) == (0, "pivotlab: Ready. To open the lab, type: python start.py\n")
    assert stamp.stat().st_mtime_ns == before


def test_commands_are_handed_to_the_environment_with_their_exit_code(checkout: Checkout) -> None:
    code, output, _ = checkout.run("reset", "05")
    assert (code, output) == (7, f"['reset', '05'] {checkout.folder / '.venv'}\n")


@pytest.mark.parametrize("words", [(), ("--no-browser", "--port", "8890")])
def test_without_a_command_the_lab_is_opened(checkout: Checkout, words: tuple[str, ...]) -> None:
    assert checkout.run(*words)[1].startswith(str(["lab", *words]))


def test_commands_of_the_package_are_handed_to_its_own_command_line(checkout: Checkout) -> None:
    # The package's stand-in prints what it was given; the lab's, in the folder `lab`, is another.
    package = checkout.folder / "src" / "pivotlab" / "__main__.py"
    text = package.read_text("ascii")
    package.write_text(text.replace("print(", "print('package', "), "ascii")
    for words in (["kql", "--output", "csv", "print 1"], ["interview", "--help"], ["facts"]):
        code, output, _ = checkout.run(*words)
        assert (code, output) == (7, f"package {words} {checkout.folder / '.venv'}\n")
    package.write_text(text, "ascii")


def test_a_command_of_the_package_sets_up_what_is_missing(new_checkout: Checkout) -> None:
    code, output, _ = new_checkout.run("facts", "sync-03", "--wheelhouse", str(new_checkout.wheels))
    assert (code, output.splitlines()[-1]) == (7, f"['facts', 'sync-03'] {new_checkout.folder / '.venv'}")


def test_every_command_of_the_package_is_handed_on(checkout: Checkout) -> None:
    start = checkout.module()
    actions = parser()._subparsers
    assert actions is not None and isinstance(actions._group_actions[0].choices, dict)
    assert set(actions._group_actions[0].choices) == {*start.COMMANDS, *start.PASSED_ON} - {"setup"}


# --- an environment that is not whole


def test_the_tests_packages_are_added_to_the_lab_only_when_tests_are_run(checkout: Checkout) -> None:
    start = checkout.module()
    assert [importable(checkout, name) for name in ("harbour", "crane")] == [True, False]
    made = (start.VENV / "pyvenv.cfg").stat().st_mtime_ns

    code, output, _ = checkout.run("test", "-k", "some", "--wheelhouse", str(checkout.wheels))

    assert (code, output.splitlines()[-1]) == (7, f"['test', '-k', 'some'] {start.VENV}")
    assert [importable(checkout, name) for name in ("harbour", "crane")] == [True, True]
    assert (start.VENV / "pyvenv.cfg").stat().st_mtime_ns == made, "the lab's environment was made again"
    assert start.missing(["requirements.txt", "requirements-test.txt"]) == []


def test_killed_at_any_moment_it_is_whole_after_the_next_run(new_checkout: Checkout) -> None:
    wheels = ("--wheelhouse", str(new_checkout.wheels))
    moments = random.Random(SEED)
    for _ in range(2):
        started = new_checkout.start("setup", *wheels)
        time.sleep(moments.uniform(0.05, 3))
        started.kill()
        started.communicate()
        whole = new_checkout.module().missing(["requirements.txt"]) == []
        assert not whole or importable(new_checkout, "harbour"), f"half made, and not recognised (seed {SEED})"

    code, output, errors = new_checkout.run("setup", *wheels)
    assert code == 0, f"seed {SEED}: {output}{errors}"
    assert importable(new_checkout, "harbour")


def test_what_would_make_an_environment_wrong_is_noticed(checkout: Checkout) -> None:
    start = checkout.module()
    lock, stamp, python = checkout.folder / "requirements.txt", start.STAMP, start.PYTHON
    assert start.missing(["requirements.txt"]) == []

    pinned = lock.read_text("ascii")
    lock.write_text(pinned + "# another lock\n", "ascii")
    assert start.missing(["requirements.txt"]) == ["requirements.txt"]
    lock.write_text(pinned, "ascii")

    said = stamp.read_text("utf-8")
    for damaged in ("", "[]", "{", said.replace("Zo", "Lo"), said.replace("place", "palace")):
        stamp.write_text(damaged, "utf-8")
        assert start.missing(["requirements.txt"]) == ["requirements.txt"], damaged
    stamp.write_text(said, "utf-8")

    python.rename(python.with_name("gone"))
    assert start.missing(["requirements.txt"]) == ["requirements.txt"]
    python.with_name("gone").rename(python)
    assert start.missing(["requirements.txt"]) == []


def test_a_second_start_waits_for_the_first(checkout: Checkout) -> None:
    start = checkout.module()
    with (checkout.folder / "start.py").open("rb") as first:
        assert start.locked(first)
        with (checkout.folder / "start.py").open("rb") as second:
            assert not start.locked(second)
    with (checkout.folder / "start.py").open("rb") as third:
        assert start.locked(third)


# --- what can be wrong, each with a sentence that says what to type


def test_an_unsupported_python_is_told_which_one_to_use(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    start = checkout.module()
    version = namedtuple("version", "major minor micro")
    for unsupported in (version(3, 8, 18), version(3, 15, 0)):
        monkeypatch.setattr(start.sys, "version_info", unsupported)
        with pytest.raises(start.SetupError, match=r"needs Python 3\.11 to 3\.14; .*type: \S+( -3\.13)? start\.py$"):
            start.main([])


def test_an_old_python_can_read_the_file_that_says_so() -> None:
    ast.parse((ROOT / "start.py").read_text("utf-8"), feature_version=(3, 8))
    for old in filter(None, map(shutil.which, ("python3.8", "python3.9", "python3.10"))):
        ended = subprocess.run([old, str(ROOT / "start.py")], capture_output=True, text=True, check=False)
        if ended.returncode == 127:
            continue  # a name that a version manager keeps without a Python behind it
        assert ended.returncode == 1
        assert re.fullmatch(r"pivotlab: This is Python 3\.\d+\.\d+, and pivotlab needs .* start\.py\n", ended.stderr)


def test_a_full_disk_is_named_before_anything_is_touched(
    new_checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = new_checkout.module()
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(start.shutil, "disk_usage", lambda _: usage(10**9, 10**9, 300 * 2**20))
    with pytest.raises(start.SetupError, match=r"Only 300 MB are free .* free some space, then type: python start\.py"):
        start.main(["setup"])
    assert not start.VENV.exists()


def test_a_python_without_ensurepip_is_told_what_to_install(
    new_checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = new_checkout.module()
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(start.SetupError, match=r"type: sudo apt install python3\.\d+-venv"):
        start.main(["setup"])


def test_an_environment_that_cannot_be_replaced_is_named(new_checkout: Checkout) -> None:
    (new_checkout.folder / ".venv").write_text("a file where the folder should be", "ascii")
    code, _, errors = new_checkout.run("setup", "--wheelhouse", str(new_checkout.wheels))
    assert code == 1
    assert errors.splitlines()[-1].endswith(
        f"delete the folder {new_checkout.folder / '.venv'} and type: python start.py"
    )


def test_a_wheel_with_another_hash_is_refused(checkout: Checkout) -> None:
    start = checkout.module()
    name = "requirements-swapped.txt"
    (checkout.folder / name).write_text(pin(checkout.wheels, "swapped").replace("sha256:", "sha256:0")[:-2], "ascii")
    with pytest.raises(start.SetupError, match=f"Put the wheels for this Python into {checkout.wheels}"):
        start.install(name, checkout.wheels)
    assert not importable(checkout, "swapped")


def test_without_a_network_it_says_what_to_check(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    start = checkout.module()
    for name, value in {**ALONE, "PIP_RETRIES": "0"}.items():
        monkeypatch.setenv(name, value)
    name = "requirements-unheard-of.txt"
    (checkout.folder / name).write_text(pin(checkout.wheels, "unheard-of"), "ascii")
    with pytest.raises(start.SetupError, match=r"Check the network \(behind a proxy, set HTTPS_PROXY\)"):
        start.install(name, None)


@pytest.mark.parametrize(
    "words", [["--wheelhouse"], ["setup", "--wheelhouse=nowhere"], ["--wheelhouse", "no", "setup"]]
)
def test_a_wheelhouse_that_is_not_there_is_named(checkout: Checkout, words: list[str]) -> None:
    code, _, errors = checkout.run(*words)
    assert code == 1
    assert errors.startswith("pivotlab: There is no folder of wheels at")


@pytest.mark.parametrize("words", [["open"], ["setup", "everything"]])
def test_a_command_that_is_not_known_is_wrong_input(checkout: Checkout, words: list[str]) -> None:
    code, output, _ = checkout.run(*words)
    assert code == 2
    assert "type: python start.py" in output


def test_help_lists_every_command(checkout: Checkout) -> None:
    code, output, _ = checkout.run("--help")
    assert code == 0
    start = checkout.module()
    assert all(f"start.py {command}" in output for command in start.COMMANDS)
    assert all(re.search(rf"\b{command}\b", output) for command in start.PASSED_ON)


def test_the_doctor_answers_before_anything_is_set_up(new_checkout: Checkout) -> None:
    code, output, _ = new_checkout.run("doctor")
    assert code == 1
    assert [line[:4] for line in output.splitlines()] == ["ok  ", "ok  ", "mend"]
    assert output.endswith("type: python start.py setup\n")


# --- what it leaves alone, and what it hands on


def test_a_wheelhouse_may_stand_anywhere(checkout: Checkout) -> None:
    start, wheels = checkout.module(), str(checkout.wheels)
    for words in (["--wheelhouse", wheels, "test", "-x"], ["test", f"--wheelhouse={wheels}", "-x"]):
        assert start.take_wheelhouse(words) == (checkout.wheels.resolve(), ["test", "-x"])
    assert start.take_wheelhouse(["test", "-x"]) == (None, ["test", "-x"])


def test_proxy_settings_pass_through_and_another_pythons_home_does_not(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.contoso.example:8080")
    monkeypatch.setenv("PYTHONHOME", "/somewhere/else")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    passed = checkout.module().surroundings()
    assert passed["HTTPS_PROXY"] == "http://proxy.contoso.example:8080"
    assert not {"PYTHONHOME", "PYTHONDONTWRITEBYTECODE"} & passed.keys()


def pins(name: str) -> set[tuple[str, str]]:
    """Package and version; one package may have several, for several Pythons."""
    return set(re.findall(r"^([\w.-]+)==([^\s;\\]+)", (ROOT / name).read_text("ascii"), re.MULTILINE))


def test_the_locks_agree_wherever_two_of_them_pin_a_package() -> None:
    lab, test = pins("requirements.txt"), pins("requirements-test.txt")
    shared = {name for name, _ in lab} & {name for name, _ in test}
    assert len(shared) > 10
    assert {pin for pin in test if pin[0] in shared} <= lab


@pytest.mark.parametrize("name", ["requirements-uv.txt", "requirements.txt", "requirements-test.txt"])
def test_every_pin_carries_a_hash_and_no_lock_names_an_index(name: str) -> None:
    text = (ROOT / name).read_text("ascii")
    pinned = re.findall(r"^[\w.-]+==", text, re.MULTILINE)
    hashed = re.findall(r"^[\w.-]+==[^\n]*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    assert len(pinned) == len(hashed) > 0
    assert "://" not in text

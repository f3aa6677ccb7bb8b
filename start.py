#!/usr/bin/env python3
"""Set pivotlab up and open it. Needs nothing but Python 3.11 to 3.14.

    python start.py                  open the lab; the first time, set it up before
    python start.py lab              the same; takes --no-browser and --port N
    python start.py setup            only set up; --fresh makes the environment anew
    python start.py test             run every check; what follows is handed to pytest
    python start.py doctor           say what works on this machine, and what to type where it does not
    python start.py reset 05         put your copy of lesson 05 aside and lay out a fresh one

What the course calls `pivotlab ...` works in the same way; --help after a command says what it takes:

    python start.py kql "SigninLogs | take 3"     run a KQL query on the practice tenant
    python start.py facts sync-03                 what the course claims, and the page that says so
    python start.py progress                      where you stand, by topic
    python start.py review                        what you are about to forget, in five minutes
    python start.py interview                     a mock interview
    python start.py anki OUT.apkg                 the questions as an Anki deck
    python start.py cohort FOLDER                 where a class stands, from its progress files
    python start.py serve                         serve the practice tenant to other programs

and so do course, data, handbook and questions, for those who work on the course.

Every command takes --wheelhouse DIR: install from a folder of wheels, with no network. A machine that has one fills it:

    python -m pip download -d DIR -r requirements-uv.txt -r requirements.txt

Everything is installed in the folder .venv beside this file, and your own work is kept in my-work. Nothing else on
the machine is changed. This file must stay readable by an old Python, so that it can say which one is needed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "pivotlab.json"
"""What a finished environment holds. Removed first and written last: an environment without it is half made."""

WINDOWS = os.name == "nt"
PROGRAMS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = PROGRAMS / ("python.exe" if WINDOWS else "python")

OLDEST, NEWEST = (3, 11), (3, 14)
MEGABYTES = 1500
"""Free space that a set-up needs, with the packages' cache."""

UNWANTED = {"PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "PIP_TARGET"}
"""Variables that are not passed on: they lead out of the environment, or make every start seconds slower."""

UV_LOCK, LAB_LOCK, TEST_LOCK = "requirements-uv.txt", "requirements.txt", "requirements-test.txt"
COMMANDS = ("lab", "setup", "test", "doctor", "reset")
PASSED_ON = (
    *("kql", "facts", "progress", "review", "interview", "anki", "cohort", "serve"),
    *("course", "data", "handbook", "questions"),
)
"""Commands of the package's own command line."""


class SetupError(Exception):
    """The learner has to do something first; the message says what to type."""


def main(arguments: list[str]) -> int:
    """Run one command. Returns its exit code: 0 fine, 1 something failed, 2 wrong input."""
    require_supported_python()
    wheelhouse, arguments = take_wheelhouse(arguments)
    if arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    named = bool(arguments) and not arguments[0].startswith("-")
    command, options = (arguments[0], arguments[1:]) if named else ("lab", arguments)
    if command not in COMMANDS + PASSED_ON:
        say(f"There is no command {command!r}, only {', '.join(COMMANDS + PASSED_ON)}; type: python start.py --help")
        return 2
    if command == "setup":
        if options not in ([], ["--fresh"]):
            say("setup takes --fresh and nothing else; type: python start.py setup")
            return 2
        set_up([LAB_LOCK], wheelhouse, fresh=bool(options))
        say("Ready. To open the lab, type: python start.py")
        return 0
    if command == "doctor":
        return diagnose(options)
    set_up([LAB_LOCK, TEST_LOCK] if command == "test" else [LAB_LOCK], wheelhouse)
    return hand_over([command, *options], "pivotlab" if command in PASSED_ON else "pivotlab.lab")


def say(sentence: str) -> None:
    """Print one sentence at once, even into a pipe."""
    print(f"pivotlab: {sentence}", flush=True)


# --- what was typed, and with which Python ----------------------------------------------------------------------------


def require_supported_python() -> None:
    """Stop with the name of a Python that fits, when this one does not."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    here = [name for name in names if shutil.which(name)]
    other = here[0] if here else "py -3.13" if WINDOWS else "python3.13"
    advice = f"type: {other} start.py" if here else f"install Python 3.13 from python.org, then type: {other} start.py"
    raise SetupError(f"This is Python {sys.version.split()[0]}, and pivotlab needs Python 3.11 to 3.14; {advice}")


def take_wheelhouse(arguments: list[str]) -> tuple[Path | None, list[str]]:
    """Take `--wheelhouse DIR` out of the arguments, wherever it stands. Returns the folder and the rest."""
    for place, argument in enumerate(arguments):
        option, equals, value = argument.partition("=")
        if option == "--wheelhouse":
            end = place + (1 if equals else 2)
            folder = Path(value if equals else "".join(arguments[place + 1 : end])).expanduser()
            if end > len(arguments) or not folder.is_dir():
                raise SetupError(
                    f"There is no folder of wheels at {folder}; give one: python start.py --wheelhouse DIR"
                )
            return folder.resolve(), arguments[:place] + arguments[end:]
    return None, arguments


# --- the environment: made once, recognised when whole, made again when not -------------------------------------------


def set_up(locks: list[str], wheelhouse: Path | None, *, fresh: bool = False) -> None:
    """Make sure that the environment holds what `locks` pin. Does nothing when it already does.

    The lab's lock makes a new environment; the tests' lock adds to it, and agrees with it wherever both pin a package.
    Raises SetupError when the learner has to act.
    """
    if not fresh and not missing(locks):
        return
    with Path(__file__).open("rb") as turn:
        take_turns(turn)
        if not fresh and not missing(locks):
            return
        require_disk_space(MEGABYTES)
        if fresh or missing([LAB_LOCK]):
            make_environment(wheelhouse)
        for lock in missing(locks):
            install(lock, wheelhouse)
            write_stamp({**read_stamp(), "place": str(VENV), lock: fingerprint(lock)})


def missing(locks: list[str]) -> list[str]:
    """The locks whose packages a working environment does not hold as they are now."""
    stamp = read_stamp()
    if stamp.get("place") != str(VENV) or not environment_runs():
        return locks
    return [lock for lock in locks if stamp.get(lock) != fingerprint(lock)]


def environment_runs() -> bool:
    """Whether the environment's Python starts. It does not once the Python that it was made with has been removed."""
    try:
        return subprocess.run([PYTHON, "-I", "-S", "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def read_stamp() -> dict[str, str]:
    """What the environment holds; empty when it is half made, or not made."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp: dict[str, str]) -> None:
    """Say what the environment holds, in one step that cannot be half done."""
    draft = STAMP.with_suffix(".draft")
    draft.write_text(json.dumps(stamp, indent=1), "utf-8")
    draft.replace(STAMP)


def fingerprint(lock: str) -> str:
    """The SHA-256 of a lock file."""
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def make_environment(wheelhouse: Path | None) -> None:
    """Make an empty environment in place of whatever is there, with uv in it where uv can be had."""
    if importlib.util.find_spec("ensurepip") is None:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        raise SetupError(f"This Python lacks ensurepip; type: sudo apt install {package}   and then: python start.py")
    say("Making the environment. This happens once, and takes a minute or more.")
    # The interpreter behind this one, for start.py may be running in the very environment that is to be replaced.
    base = getattr(sys, "_base_executable", None) or sys.executable
    try:
        STAMP.unlink(missing_ok=True)
        failure = run([base, "-m", "venv", "--clear", VENV])
    except OSError as problem:
        failure = str(problem)
    if failure:
        raise SetupError(
            f"The environment could not be made ({last_line(failure)}). Close JupyterLab if it is open, delete the "
            f"folder {VENV} and type: python start.py"
        )
    if run([*pip(wheelhouse), "--require-hashes", "-r", ROOT / UV_LOCK]):
        say("uv cannot be had here. Going on with pip, which is slower.")


def install(lock: str, wheelhouse: Path | None) -> None:
    """Install what a lock pins, hashes checked: with uv, or with pip when uv is missing or fails."""
    say(f"Installing the packages of {lock}.")
    wanted = ["--require-hashes", "-r", ROOT / lock]
    uv = [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--python", PYTHON, *origin(wheelhouse)]
    failure = run([*uv, *wanted]) and run([*pip(wheelhouse), *wanted])
    if failure:
        print(failure, file=sys.stderr)
        require_disk_space(100)
        advice = "Check the network (behind a proxy, set HTTPS_PROXY), then type: python start.py"
        if wheelhouse:
            advice = f"Put the wheels for this Python into {wheelhouse}, as python start.py --help says"
        raise SetupError(f"The packages could not be installed. {advice}")
    link_package()


def pip(wheelhouse: Path | None) -> list[str | Path]:
    """The beginning of a pip command."""
    return [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *origin(wheelhouse)]


def origin(wheelhouse: Path | None) -> list[str]:
    """Where packages come from. Built ones only: nobody has to own a compiler."""
    return ["--only-binary=:all:", *([f"--find-links={wheelhouse}", "--no-index"] if wheelhouse else [])]


def link_package() -> None:
    """Let the environment import pivotlab from the checkout, and put `pivotlab` among its programs.

    By hand, because an editable install writes the checkout's path into a file that Python reads in the machine's own
    encoding: with another alphabet in the path it fails on Windows. A relative path is plain ASCII.
    """
    packages = VENV / "Lib" / "site-packages"
    if not WINDOWS:
        packages = next((VENV / "lib").glob("python3*")) / "site-packages"
    packages.joinpath("pivotlab.pth").write_text(os.path.relpath(ROOT / "src", packages) + "\n", "ascii")
    if WINDOWS:
        PROGRAMS.joinpath("pivotlab.cmd").write_text('@"%~dp0python.exe" -m pivotlab %*\n', "ascii")
    else:
        program = PROGRAMS / "pivotlab"
        program.write_text('#!/bin/sh\nexec "$(dirname "$0")/python" -m pivotlab "$@"\n', "ascii")
        program.chmod(0o755)


def require_disk_space(megabytes: int) -> None:
    """Stop while the disk still has room for the learner's own work."""
    free = shutil.disk_usage(ROOT).free // 2**20
    if free < megabytes:
        raise SetupError(
            f"Only {free} MB are free on the disk of {ROOT}, and {megabytes} MB are needed; "
            "free some space, then type: python start.py"
        )


def take_turns(turn: BinaryIO) -> None:
    """Wait until no other start.py is setting up, and keep others waiting for as long as `turn` is open.

    The operating system ends the wait even after a kill. Installers inherit the lock on Linux and macOS: one that
    outlives a killed start.py would otherwise write into the environment that the next one is making.
    """
    waited = False
    while not locked(turn):
        if not waited:
            say("Another start.py is setting up. Waiting for it.")
        waited = True
        time.sleep(0.5)


def locked(turn: BinaryIO) -> bool:
    """Try once to lock an open file for this process and its children."""
    try:
        if WINDOWS:
            import msvcrt

            turn.seek(2**30)  # a byte that nobody reads, far beyond the end
            msvcrt.locking(turn.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.set_inheritable(turn.fileno(), True)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # a file system without locks; nothing to wait for
    return True


# --- other programs ---------------------------------------------------------------------------------------------------


def surroundings() -> dict[str, str]:
    """The environment variables of every program that is started here. Proxy settings pass through."""
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    return {
        "UV_SYSTEM_CERTS": "true",  # a company's proxy signs with a certificate that only the machine knows
        **kept,
        "VIRTUAL_ENV": str(VENV),
        "PIP_USER": "0",
        "PATH": os.pathsep.join([str(PROGRAMS), kept.get("PATH", os.defpath)]),
        "PYTHONUTF8": "1",
    }


def run(words: list[str | Path]) -> str:
    """Run a program without its chatter. Returns "" when all went well, else what the program said."""
    with tempfile.TemporaryFile() as said:
        program = subprocess.Popen(
            [str(word) for word in words], stdout=said, stderr=said, env=surroundings(), close_fds=False
        )
        began = time.monotonic()
        while True:
            try:
                code = program.wait(timeout=15)
                break
            except subprocess.TimeoutExpired:
                say(f"... still working, {time.monotonic() - began:.0f} s")
        said.seek(0)
        words_said = said.read().decode("utf-8", "replace").strip()
        return "" if code == 0 else words_said or f"it ended with code {code}"


def last_line(text: str) -> str:
    """What a failing program said last, which is mostly why."""
    return text.strip().splitlines()[-1].strip()


def hand_over(words: list[str], module: str = "pivotlab.lab") -> int:
    """Go on in the environment's own Python, where everything is installed."""
    command = [str(PYTHON), "-m", module, *words]
    sys.stdout.flush()
    if not WINDOWS:
        os.execve(PYTHON, command, surroundings())
    with subprocess.Popen(command, env=surroundings()) as program:
        while True:
            try:
                return program.wait()
            except KeyboardInterrupt:
                continue  # Ctrl+C reaches the program too, which closes down in its own time


def diagnose(options: list[str]) -> int:
    """Let the environment look at this machine; where there is none yet, say what setting up needs."""
    if not missing([LAB_LOCK]):
        return hand_over(["doctor", *options])
    free = shutil.disk_usage(ROOT).free // 2**20
    print(f"ok    Python {sys.version.split()[0]}")
    print(f"{'ok  ' if free >= MEGABYTES else 'mend'}  {free} MB free on this disk; setting up needs {MEGABYTES} MB")
    print("mend  the environment is not set up, or was left half made; type: python start.py setup")
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SetupError as problem:
        sys.exit(f"pivotlab: {problem}")
    except KeyboardInterrupt:
        sys.exit("pivotlab: Interrupted; nothing is lost. To go on, type: python start.py")

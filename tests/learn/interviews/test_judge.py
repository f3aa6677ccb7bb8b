"""The optional judge, against a real HTTP server on this computer."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pivotlab.learn.bank.questions import Level
from pivotlab.learn.bank.reader import interview_questions
from pivotlab.learn.interviews.engine import Stage
from pivotlab.learn.interviews.interviewing import prepared
from pivotlab.learn.interviews.judge import KEY, Judge, JudgeError

QUESTION = interview_questions()["IS-01"]


class Model(ThreadingHTTPServer):
    """Stands for a model server: keeps what it was asked and says what it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.status, self.says, self.location = 200, b"", ""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reply("The direction is clear.")

    def reply(self, text: str) -> None:
        self.says = json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Model

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, body, dict(self.headers)))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", str(len(self.server.says)))
        self.end_headers()
        self.wfile.write(self.server.says)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def model() -> Iterator[Model]:
    server = Model()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_asks_with_the_question_the_key_points_and_the_answer(model: Model) -> None:
    assert Judge(model.address, "small").comment(QUESTION, "It is two-way.") == "The direction is clear."
    (path, body, _) = model.asked[0]

    assert (path, body["model"], body["temperature"], body["stream"]) == ("/v1/chat/completions", "small", 0, False)
    told = body["messages"][-1]["content"]
    assert QUESTION.question in told and QUESTION.key_points[1] in told and "It is two-way." in told


def test_sentences_with_a_score_are_left_out(model: Model) -> None:
    model.reply(
        "Good structure. I give it 7/10. Score: 8. That is 80 % of what matters. Mention the limit of 150 alerts."
    )

    assert Judge(model.address, "small").comment(QUESTION, "x") == "Good structure. Mention the limit of 150 alerts."


def test_a_comment_is_kept_short(model: Model) -> None:
    model.reply("Very clear. " * 1000)

    assert len(Judge(model.address, "small").comment(QUESTION, "x")) <= 1200


@pytest.mark.parametrize(
    "address", ["http://models.example/v1", "http://192.0.2.7:11434/v1", "https://localhost.example/v1"]
)
def test_another_computer_is_refused_unless_allowed(address: str) -> None:
    with pytest.raises(JudgeError, match="another computer"):
        Judge(address, "small")
    assert Judge(address, "small", elsewhere=True).address == address


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/v1", "http://localhost:1/v1", "http://[::1]:1/v1"])
def test_this_computer_is_allowed(address: str) -> None:
    assert Judge(address, "small").address == address


@pytest.mark.parametrize("address", ["", "localhost:11434", "file:///etc/passwd", "ftp://127.0.0.1/"])
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(JudgeError, match="no address"):
        Judge(address, "small")


def test_a_redirect_is_not_followed(model: Model) -> None:
    model.status, model.location = 302, f"{model.address}/elsewhere"

    with pytest.raises(JudgeError, match="302"):
        Judge(model.address, "small").comment(QUESTION, "x")


@pytest.mark.parametrize(
    ("status", "says", "told"),
    [
        (500, b"", "500"),
        (404, b"{}", "404"),
        (200, b"<html>", "not JSON"),
        (200, b"{}", "no comment"),
        (200, b'{"choices": []}', "no comment"),
    ],
)
def test_a_failure_says_what_to_check(model: Model, status: int, says: bytes, told: str) -> None:
    model.status, model.says = status, says

    with pytest.raises(JudgeError, match=told):
        Judge(model.address, "small").comment(QUESTION, "x")


def test_a_judge_that_is_not_running_is_named() -> None:
    with pytest.raises(JudgeError, match="cannot be reached"):
        Judge("http://127.0.0.1:9/v1", "small", timeout=2).comment(QUESTION, "x")


def test_a_token_comes_from_the_environment_only(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    Judge(model.address, "small").comment(QUESTION, "x")
    monkeypatch.setenv(KEY, "secret")
    Judge(model.address, "small").comment(QUESTION, "x")

    assert "Authorization" not in model.asked[0][2]
    assert model.asked[1][2]["Authorization"] == "Bearer secret"


class TestInAnInterview:
    RATINGS = {"accuracy": 2, "completeness": 1, "reasoning": 2, "communication": 3}  # noqa: RUF012  a constant of the tests

    def test_the_comment_stands_beside_the_ratings_and_changes_none(self, model: Model) -> None:
        model.reply("Rating: 4. Everything is perfect.")
        running = prepared(Level.JUNIOR, 10, judge=Judge(model.address, "small"))
        running.answer("It is two-way.")
        turn = running.rate(self.RATINGS)

        assert (turn.comment, turn.ratings) == ("Everything is perfect.", self.RATINGS)

    def test_without_a_judge_nobody_is_asked(self, model: Model) -> None:
        running = prepared(Level.JUNIOR, 10)
        running.answer("It is two-way.")

        assert running.rate(self.RATINGS).comment == ""
        assert model.asked == []

    def test_a_failing_judge_does_not_stop_the_interview(self, model: Model) -> None:
        model.status = 503
        running = prepared(Level.JUNIOR, 10, judge=Judge(model.address, "small"))
        running.answer("It is two-way.")
        turn = running.rate(self.RATINGS)

        assert turn.comment.startswith("No comment: The judge answered 503")
        assert running.stage in (Stage.REPLY, Stage.NEXT)

"""Request bodies: JSON, or the Python literal that msticpy sends."""

from __future__ import annotations

import pytest

from pivotlab.api.bodies import LARGEST, read_object
from pivotlab.api.errors import ApiError


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"", {}),
        (b"  \n", {}),
        (b'{"a": [1, null, true]}', {"a": [1, None, True]}),
        (b"{'a': None, 'b': True, 'c': 'it\\'s'}", {"a": None, "b": True, "c": "it's"}),
        (b"{'threshold': np.int64(0), 'share': np.float64(0.5)}", {"threshold": 0, "share": 0.5}),
        ('{"name": "Zoë"}'.encode(), {"name": "Zoë"}),
    ],
)
def test_an_object_is_read_from_json_and_from_a_python_literal(raw: bytes, value: object) -> None:
    assert read_object(raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        b"[1]",
        b'"text"',
        b"{",
        b"{'a': open('x')}",
        b"{'a': np.load('x', 1)}",
        b"{'a': __import__('os')}",
        b"{1, 2}",
        b"{'a': b'bytes'}",
        b'{"a": NaN}',
        b"\xff\xfe",
        b"\x00",
        b"[" * 100_000,
        b"{'a':" * 5_000,
    ],
)
def test_anything_else_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(ApiError) as refused:
        read_object(raw)
    assert refused.value.status == 400
    assert "Send one JSON object" in refused.value.message


def test_a_body_beyond_the_limit_is_refused() -> None:
    with pytest.raises(ApiError) as refused:
        read_object(b" " * (LARGEST + 1))
    assert refused.value.status == 413

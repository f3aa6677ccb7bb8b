"""Pictures carry their meaning in words as well."""

import pytest
from matplotlib import pyplot

from pivotlab.look.figure import figure


def drawing() -> pyplot.Figure:
    shape, axes = pyplot.subplots()
    axes.plot([1, 2], [3, 4])
    return shape


def test_the_alt_text_is_in_the_image_and_is_escaped() -> None:
    shown = figure(drawing(), alt='Logons rise from 3 to 4, "fast"')._repr_html_()
    assert 'alt="Logons rise from 3 to 4, &quot;fast&quot;"' in shown
    assert "data:image/png;base64,iVBOR" in shown


def test_without_pictures_it_reads_as_its_alt_text() -> None:
    assert repr(figure(drawing(), alt="Logons rise.")) == "Figure: Logons rise."


def test_the_same_drawing_gives_the_same_bytes() -> None:
    assert figure(drawing(), alt="a").png == figure(drawing(), alt="a").png


def test_the_drawing_is_closed_so_that_it_does_not_show_twice() -> None:
    pyplot.close("all")
    figure(drawing(), alt="a")
    assert pyplot.get_fignums() == []


def test_a_picture_without_alt_text_is_refused() -> None:
    with pytest.raises(ValueError, match="alt text"):
        figure(drawing(), alt=" ")

"""What pages load comes from us alone."""

import pytest

from service.cli.assets import AssetsError, self_contained


def test_the_typeface_of_another_site_goes_and_the_next_in_line_stays() -> None:
    face = "@font-face{font-family:Frutiger W01;src:url(https://fonts.example/a.woff2)}"
    css = face + "body{font-family:Frutiger W01,arial}"
    assert self_contained(css) == "body{font-family:arial}"


def test_images_are_looked_for_beside_the_styles() -> None:
    assert self_contained("a{background:url(/assets/images/cross.svg)}") == "a{background:url(images/cross.svg)}"


def test_the_note_of_where_the_source_is_goes() -> None:
    assert self_contained("a{color:red}/*# sourceMappingURL=x.css.map */\n") == "a{color:red}"


@pytest.mark.parametrize("css", ["a{b:url(https://x.example/y.png)}", "a{b:url('//x.example/y')}", '@import "x.css";'])
def test_styles_that_would_call_another_site_are_refused(css: str) -> None:
    with pytest.raises(AssetsError, match="another site"):
        self_contained(css)

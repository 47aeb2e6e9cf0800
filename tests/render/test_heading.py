"""The mark by which a file of ours is known."""

from catchment.render.heading import heading, is_ours


def test_a_heading_is_comments_and_says_who_made_it() -> None:
    text = heading("seoul-busan", "suwon", ("one more", ""), comment="!")
    assert text.startswith("! Made by catchment ")
    assert text.endswith("! one more\n!\n")
    assert is_ours(text)


def test_it_is_found_behind_a_first_line_that_must_be_first() -> None:
    assert is_ours("#!/bin/sh\n" + heading("d", "r"))


def test_a_strangers_file_is_not_ours() -> None:
    assert not is_ours("router id 192.0.2.1;\n")
    assert not is_ours("\n" * 10 + heading("d", "r"))

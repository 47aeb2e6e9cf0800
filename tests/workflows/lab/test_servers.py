"""Which name server answers for which service."""

import os
from pathlib import Path

import pytest
from tests.lab.small import lacking, left_of, small
from tests.workflows.lab.test_up import STILL

from catchment.designfile.load import read_design
from catchment.errors import MachineError
from catchment.lab.nameservers import PROGRAMS
from catchment.model.design import Design
from catchment.workflows.lab.servers import name_servers, server_called, server_words
from catchment.workflows.lab.up import Wanted, down, up
from catchment.workflows.lab.verify import asked, status

DESIGN = """\
name: two
networks: {a: {routers: {r1: {}}}}
services:
  dns: {address: 192.0.2.53, at: [r1], check: {dns: example.com A}, program: nsd}
  more: {address: 192.0.2.54, at: [r1], check: {dns: example.com A, tcp: "7"}}
  web: {address: 192.0.2.80, at: [r1], check: {http: "http://www.example.com/"}, program: knot}
  bare: {address: 192.0.2.81, at: [r1]}
clients: {office: r1}
"""


@pytest.fixture
def design(tmp_path: Path) -> Design:
    path = tmp_path / "design.yaml"
    path.write_text(DESIGN)
    return read_design(path)


def installed(folder: Path, monkeypatch: pytest.MonkeyPatch, *programs: str) -> None:
    for name in programs:
        (folder / PROGRAMS[name]).write_text("#!/bin/sh\n")
        (folder / PROGRAMS[name]).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_the_design_says_and_a_word_of_the_command_line_says_for_all_that_speak_dns(
    design: Design, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch, "nsd", "knot")
    assert name_servers(design, "") == {"dns": "nsd"}
    assert name_servers(design, "knot") == {"dns": "knot", "more": "knot"}
    assert name_servers(design, "own") == {}
    assert list(server_words(design, {"dns": "nsd"}, "")) == [
        "dns by nsd",
        "web by a program of ours: no check of it asks DNS",
    ]


def test_ours_stands_in_for_what_is_not_installed_unless_it_was_asked_for(
    design: Design, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch, "knot")
    assert name_servers(design, "") == {}
    assert next(iter(server_words(design, {}, ""))) == "dns by a program of ours: nsd is not installed"
    with pytest.raises(MachineError, match="nsd is not installed"):
        name_servers(design, "nsd")


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_real_name_server_answers_from_the_rendered_files_and_names_its_site(program: str, tmp_path: Path) -> None:
    if why := lacking("bird", "birdc", "nft", "sysctl", PROGRAMS[program]):
        pytest.skip(why)
    name = f"servers-{program}-{os.getpid()}"
    path = tmp_path / "design.yaml"
    path.write_text(STILL.replace("at: [r1]}", f"at: [r1], check: {{dns: example.com A}}, program: {program}}}"))
    said: list[str] = []
    try:
        up(path, Wanted(name=name, daemon="bird", delays=False), said.append, lambda done, total: None)
        assert f"servers: dns by {program}" in said
        _, answers = asked(name, 1)
        assert [(one.server, one.said) for one in answers] == [("dns@r1", (("nsid", "r1"), ("id.server", "r1")))] * 2
        (server,) = [one for one in status(name).nodes if one.node == "dns@r1"]
        assert server.programs == ((program, True),)
    finally:
        down(name)
    assert left_of(name) == []


def test_a_server_may_call_itself_by_its_machine_and_a_stranger_keeps_its_name() -> None:
    lab = small("x")  # with dns@r1
    assert server_called(lab, "dns", "r1") == "dns@r1"
    assert server_called(lab, "dns", "dns@r1") == "dns@r1"
    assert server_called(lab, "web", "r1") == "r1"
    assert server_called(lab, "dns", "hijack@r1") == "hijack@r1"

"""The agent's files: those of a design are golden, and the agent's own reader takes what every example makes."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.render.golden import designs_of_examples, hold, rendered
from tests.render.programs import accepted, refused

from catchment.designfile.agentfile.read import load_agent
from catchment.designfile.load import read_design
from catchment.model.network import Daemon
from catchment.model.watching import Watching
from catchment.render.agent.files import agent_config, agent_files, has_agent
from catchment.render.agent.gated import gated
from catchment.render.options import USUAL, RenderOptions
from catchment.render.targets import config_files
from catchment.render.view import View, views
from catchment.results.config import Checker

CASE = Path(__file__).parents[2] / "cases" / "render" / "agent" / "design.yaml"


def agents_of(path: Path, options: RenderOptions = USUAL) -> list[View]:
    """The routers of a design that would have an agent, if the design wanted one."""
    design = read_design(path)
    seen = views(replace(design, agent=design.agent or Watching()))
    return [view for view in seen if has_agent(view, options)]


@pytest.mark.parametrize("target", ["agent", "bird", "frr"])
def test_every_file_is_the_golden_one(target: str) -> None:
    hold(target, "agent")


@pytest.mark.parametrize("target", ["agent", "bird", "frr"])
def test_the_checkers_take_it(target: str) -> None:
    for file in rendered(target, CASE).values():
        accepted(file)


def test_the_checker_refuses_what_is_wrong() -> None:
    file = rendered("agent", CASE)["seoul/agent.yaml"]
    assert "W003" in refused(replace(file, text=file.text.replace("site:", "sites:", 1)))


@pytest.mark.parametrize("design", designs_of_examples(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_agent_takes_the_file_of_every_example(design: Path) -> None:
    for view in agents_of(design):
        (file,) = agent_files(view, USUAL)
        loaded = load_agent(file.text, file.path)
        assert loaded.problems == (), file.text
        assert loaded.config == agent_config(view, USUAL)


def test_some_examples_have_agents() -> None:
    having = {path.parent.name for path in designs_of_examples() if agents_of(path)}
    assert {"watched-servers", "global-anycast", "gre-announce", "dual-stack"} & having
    assert len(having) > 3


@pytest.mark.parametrize("daemon", [Daemon.BIRD, Daemon.FRR])
def test_the_daemon_s_checker_takes_every_example_with_an_agent(daemon: Daemon) -> None:
    options = RenderOptions(daemon=daemon)
    path = next(path for path in designs_of_examples() if path.parent.name == "watched-servers")
    files, _ = config_files(agents_of(path, options), options, [daemon.value])
    for file in files:
        if file.checker is not Checker.NONE:
            accepted(file)


def test_what_the_agent_decides_about_no_daemon_announces_by_itself() -> None:
    for design in designs_of_examples():
        for option in (Daemon.BIRD, Daemon.FRR):
            options = RenderOptions(daemon=option)
            for view in agents_of(design, options):
                files, _ = config_files([view], options, ["bird", "frr"])
                text = "".join(file.text for file in files)
                for prefix in (prefix for one in gated(view) for prefix in one.announcement.prefixes):
                    assert f" network {prefix}" not in text, (design, view.name)
                    assert "p_announce_" + str(prefix).replace(".", "_").replace("/", "_") not in text
                assert text.count("protocol static agent_") == text.count("  disabled;"), (design, view.name)

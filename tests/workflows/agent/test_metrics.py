import asyncio
import os
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace

from tests.agent.policies import POLICY, PREFIX

from catchment.agent.guarding import Guarding
from catchment.agent.loop import Loop
from catchment.agent.speakers.opening import open_speaker
from catchment.model.agent import SpeakerKind, SpeakerSpec, route_names
from catchment.model.agent_config import AgentConfig, Records
from catchment.workflows.agent.metrics import Metrics

SPEC = SpeakerSpec(kind=SpeakerKind.FAKE, routes=route_names(POLICY.announcements[0]))
CONFIG = AgentConfig(policy=POLICY, speaker=SPEC, host="ns1")


def shown(records, meanwhile=None):
    """The page of an agent that runs for a moment, and what was said."""
    said = []

    async def run():
        guarding = Guarding(SPEC, POLICY.timing)
        metrics = Metrics(replace(CONFIG, records=records), guarding, said.append)
        metrics.journal = SimpleNamespace(lost=7)
        loop = Loop(POLICY, open_speaker(SPEC), guarding, (), (metrics.counting,))
        running = asyncio.create_task(loop.run())
        metrics.start(loop)
        await asyncio.sleep(1.2)
        page = metrics.page(loop)
        found = await meanwhile() if meanwhile else None
        metrics.stop()
        loop.stop()
        await running
        guarding.close()
        return page, found

    return *asyncio.run(run()), said


def value(page, begin):
    return next(line.rpartition(" ")[2] for line in page.splitlines() if line.startswith(begin))


def test_a_page_has_what_is_in_the_state_and_what_is_around_it(tmp_path):
    page, _, said = shown(Records(textfile=str(tmp_path / "x.prom")))
    assert (tmp_path / "x.prom").read_text().startswith("# HELP catchment_build_info")
    assert value(page, 'catchment_site_announced{service="anycast",site="seoul",af="ipv4"}') == "0"
    assert value(page, "catchment_bgp_session_up") == "1"
    assert value(page, "catchment_journal_lost_lines_total") == "7"
    assert value(page, "catchment_guardian_up") == "1"
    assert float(value(page, "catchment_lease_age_seconds")) < 1.0
    assert said == []


def test_metrics_that_cannot_be_shown_end_no_agent():
    async def nothing():
        return os.getpid()

    page, alive, said = shown(Records(metrics="192.0.2.1:1", textfile="/nowhere/x.prom"), nothing)
    assert alive
    assert sorted(words.split(":")[0] for words in said) == [
        "192.0.2.1", "the metrics cannot be written to /nowhere/x.prom",
    ]  # fmt: skip
    assert str(PREFIX) not in page, "prefixes are no labels"


def test_nobody_is_asked_when_nobody_wants_to_know():
    page, _, _ = shown(Records())
    with suppress(StopIteration):
        raise AssertionError(value(page, "catchment_bgp_session_up"))

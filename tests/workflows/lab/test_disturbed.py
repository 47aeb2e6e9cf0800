"""Faults in a design: what routers are told, what is predicted, and what makes no sense."""

from pathlib import Path

import pytest

from catchment.errors import UsageError
from catchment.model.design import Design
from catchment.model.fault import parsed
from catchment.workflows.lab.disturbed import disturbed, gone_stale, not_predicted, service_prefixes
from catchment.workflows.lab.open import Prediction, drawn
from catchment.workflows.trace import read_inside

EXAMPLES = Path(__file__).parents[3] / "examples"
GLOBAL = EXAMPLES / "global-anycast" / "design.yaml"
TWO_CITIES = EXAMPLES / "two-cities" / "design.yaml"
HIJACK = EXAMPLES / "hijack"


@pytest.fixture(scope="module")
def design() -> Design:
    return read_inside(GLOBAL)


def answering(path: Path, *faults: str, version: int = 4) -> dict[str, tuple[str, ...]]:
    """Client -> who is predicted to answer."""
    found = Prediction(drawn(path, "x", ""), faults).answers
    return {one.client: one.servers for one in found if one.address.version == version}


def test_without_faults_the_design_is_itself(design: Design) -> None:
    found = disturbed(design, ())
    assert found.told is design
    assert found.inside is design.inside


def test_what_is_withdrawn_is_announced_no_more_and_the_server_lives(design: Design) -> None:
    found = disturbed(design, [parsed("withdraw:seoul")])
    assert service_prefixes(design, "seoul") == design.prefixes
    assert service_prefixes(found.told, "seoul") == ()
    assert service_prefixes(found.told, "frankfurt") == design.prefixes
    assert not found.down.servers
    assert not found.shut


def test_where_only_an_igp_tells_a_withdrawal_is_the_servers_interface() -> None:
    found = disturbed(read_inside(TWO_CITIES), [parsed("withdraw:seoul")])
    assert found.shut == ("resolver@seoul",)
    assert answering(TWO_CITIES, "withdraw:seoul")["seoul-office"] == ("resolver@busan",)


def test_prepends_move_those_to_whom_ways_were_equal() -> None:
    assert answering(GLOBAL)["japan"] == ("dns@seoul",)
    assert answering(GLOBAL, "prepend:seoul=3")["japan"] == ("dns@silicon-valley",)
    assert answering(GLOBAL, "prepend:seoul=3,to=kt")["japan"] == ("dns@seoul",)


def test_prepends_are_told_to_other_ases_alone(design: Design) -> None:
    found = disturbed(design, [parsed("prepend:seoul=3")])
    changed = [
        (near.speaker, far.speaker)
        for old, new in zip(design.inside.bgp.peerings, found.told.inside.bgp.peerings, strict=True)
        for was, near, far in ((old.a, new.a, new.b), (old.b, new.b, new.a))
        if was != near
    ]
    assert sorted(changed) == [("seoul", "kt"), ("seoul", "ntt-seoul")]


@pytest.mark.parametrize(("fault", "word"), [("hung:resolver@seoul", "hung"), ("killed:resolver@seoul", "killed")])
def test_quiet_servers_are_reached_and_do_not_answer(fault: str, word: str) -> None:
    found = [one for one in Prediction(drawn(TWO_CITIES, "x", ""), (fault,)).answers if one.client == "seoul-office"]
    assert {(one.servers, one.why) for one in found} == {((), f"resolver@seoul is {word}")}


def test_a_hijack_wins_with_the_longer_prefix_but_not_where_origins_are_validated() -> None:
    half = "hijack:stranger=203.0.113.0/25"
    everybody = dict.fromkeys(("korea", "germany", "japan", "california"), ("hijack@stranger",))
    assert answering(HIJACK / "design.yaml", half) == everybody
    assert answering(HIJACK / "validated.yaml", half) == answering(HIJACK / "validated.yaml")


def test_a_hijack_of_the_same_prefix_takes_who_is_nearer() -> None:
    whole = answering(HIJACK / "design.yaml", "hijack:stranger=203.0.113.0/24")
    assert whole["california"] == ("hijack@stranger",)
    assert whole["korea"] == ("dns@seoul",)
    validated = answering(HIJACK / "validated.yaml", "hijack:stranger=203.0.113.0/24")
    assert validated == answering(HIJACK / "validated.yaml")


def test_our_own_routers_are_not_told_of_a_hijack_and_refuse_it() -> None:
    design = read_inside(HIJACK / "design.yaml")
    found = disturbed(design, [parsed("hijack:stranger=203.0.113.0/25")])
    assert found.told is design
    routes = Prediction(drawn(HIJACK / "design.yaml", "x", ""), ("hijack:stranger=203.0.113.0/25",)).routes
    having = {router for router, table in routes.items() if any(prefix.prefixlen == 25 for prefix in table)}
    assert having == {"isp-kr", "isp-de", "isp-us", "carrier"}  # not seoul, not frankfurt


def test_a_killed_daemon_is_heard_no_more_and_its_kernel_goes_on() -> None:
    of = drawn(GLOBAL, "x", "")
    before, now = Prediction(of, ()), Prediction(of, ("daemon:ntt-sjc",))
    assert now.routes["ntt-sjc"] == before.routes["ntt-sjc"]
    assert now.routes["ntt-tokyo"] != before.routes["ntt-tokyo"]
    assert "silicon-valley" in now.routes


def test_a_link_that_loses_all_is_as_good_as_cut_and_one_that_loses_some_is_not() -> None:
    of = drawn(GLOBAL, "x", "")
    lost, cut, some = (
        Prediction(of, (one,)).routes["kt"] for one in ("loss:seoul-kt=100%", "seoul-kt", "loss:seoul-kt=99.99%")
    )
    learned = {prefix for prefix in cut if prefix.prefixlen == 24}
    assert {prefix: lost[prefix] for prefix in learned} == {prefix: cut[prefix] for prefix in learned}
    assert lost != some
    assert some == Prediction(of, ()).routes["kt"]


def test_what_is_not_predicted_is_said() -> None:
    faults = [parsed(one) for one in ("daemon:ntt-sjc", "loss:seoul-kt=20%", "flood:dns=5", "hung:dns@seoul")]
    said = list(not_predicted(faults, ["daemon:ntt-sjc"]))
    assert [one.split(":")[0] for one in said] == ["daemon", "loss", "flood"]
    assert [one.split(":")[0] for one in not_predicted(faults)] == ["loss", "flood"]
    assert list(not_predicted([parsed("loss:seoul-kt=100%")])) == []


def test_a_kernel_is_known_until_something_else_moves_routes() -> None:
    daemon, cut, hung = parsed("daemon:a"), parsed("a-b"), parsed("hung:dns@b")
    assert gone_stale([cut, daemon], [cut, daemon], ()) == ()
    assert gone_stale([daemon, cut], [daemon, cut], ()) == ("daemon:a",)
    assert gone_stale([daemon, hung], [hung], ()) == ()
    assert gone_stale([daemon], [cut], ()) == ("daemon:a",)  # made or healed
    assert gone_stale([daemon], [hung], ["daemon:a"]) == ("daemon:a",)
    assert gone_stale([], [daemon], ["daemon:a"]) == ()


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        (["hung:dns@seol"], 'did you mean "dns@seoul"'),
        (["withdraw:kt"], "kt announces nothing of the service"),
        (["prepend:kt=3"], "kt announces nothing of the service by BGP"),
        (["prepend:seoul=3,to=bank"], "seoul has no session with bank"),
        (["loss:seoul-kt=3%,from=bank"], 'no end of that link "bank"'),
        (["hijack:seoul=203.0.113.0/24"], "seoul announces 203.0.113.0/24 anyway"),
        (["flood:web=3"], 'no service "web"'),
        (["loss:seoul-kt=3%", "loss:seoul-kt=4%"], "it is down already"),
        (["daemon:nobody"], 'no router "nobody"'),
    ],
)
def test_what_makes_no_sense_is_said(design: Design, faults: list[str], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        disturbed(design, [parsed(one) for one in faults])
    assert said in str(caught.value)

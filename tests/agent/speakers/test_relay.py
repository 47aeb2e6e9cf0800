import socket

from catchment.agent.speakers.relay import GRACE_S, Client, Relay

ANNOUNCE = "neighbor 198.51.100.2 announce route 192.0.2.0/24 next-hop self med 5"
WITHDRAW = "neighbor 198.51.100.2 withdraw route 192.0.2.0/24"


def relay(ends_s: float | None = None) -> tuple[Relay, list[str]]:
    asked: list[str] = []
    return Relay(ask=asked.append, ends_s=ends_s), asked


def client(one: Relay) -> Client:
    found = Client(line=socket.socket())
    found.line.close()
    one.joined(found)
    return found


def test_one_command_is_under_way_at_a_time_and_each_client_gets_its_own_answer():
    one, asked = relay()
    agent, guardian = client(one), client(one)
    one.heard(agent, b"version\nshow neigh")
    one.heard(guardian, b"bogus\n")
    one.heard(agent, b"bor summary\n")
    assert asked == ["version"]
    one.answered("exabgp 5.0.15")
    one.answered("done")
    one.answered("error")
    one.answered("done")
    assert asked == ["version", "bogus", "show neighbor summary"]
    assert agent.left == b"exabgp 5.0.15\ndone\ndone\n"
    assert guardian.left == b"error\n"


def test_what_a_client_that_is_gone_still_waited_for_is_not_asked():
    one, asked = relay()
    hasty, other = client(one), client(one)
    one.heard(hasty, b"version\n" + f"{WITHDRAW}\n{ANNOUNCE}\n".encode())
    one.gone(hasty, 0)
    one.heard(other, f"{WITHDRAW}\n".encode())
    one.answered("done")
    one.answered("done")
    assert asked == ["version", WITHDRAW]
    assert hasty.left == b""


def test_events_and_answers_to_nobody_are_let_pass():
    one, _ = relay()
    agent = client(one)
    one.answered("done")
    one.heard(agent, b"version\n")
    one.answered('{ "exabgp": "5.0", "type": "state" }')
    one.answered("done")
    assert agent.left == b"done\n"


def told(one: Relay, *commands: str) -> Client:
    agent = client(one)
    for command in commands:
        one.heard(agent, f"{command}\n".encode())
        one.answered("done")
    return agent


def test_without_agent_and_guardian_all_that_they_told_is_withdrawn():
    one, asked = relay()
    agent = told(one, ANNOUNCE, ANNOUNCE)
    guardian = client(one)
    one.gone(agent, 10)
    one.tick(10 + 2 * GRACE_S)
    assert WITHDRAW not in asked, "the guardian is there"
    one.gone(guardian, 20)
    one.tick(20 + GRACE_S - 0.1)
    assert WITHDRAW not in asked
    one.tick(20 + GRACE_S)
    one.tick(20 + GRACE_S + 0.25)
    assert asked.count(WITHDRAW) == 1, "it waits for the answer"
    one.answered("error")
    one.tick(20 + GRACE_S + 0.5)
    assert asked.count(WITHDRAW) == 2, "until it is done"
    one.answered("done")
    one.tick(20 + GRACE_S + 1)
    assert asked.count(WITHDRAW) == 2


def test_whoever_comes_back_in_time_finds_everything_as_it_was():
    one, asked = relay()
    one.gone(told(one, ANNOUNCE), 10)
    agent = client(one)
    one.tick(10 + 2 * GRACE_S)
    one.gone(agent, 20)
    one.tick(20 + GRACE_S - 0.1)
    assert WITHDRAW not in asked


def test_what_was_withdrawn_or_refused_is_not_withdrawn_again():
    one, asked = relay()
    agent = told(one, ANNOUNCE, WITHDRAW)
    one.heard(agent, b"neighbor 2001:db8::2 announce route 2001:db8:1::/48 next-hop self\n")
    one.answered("error")
    one.gone(agent, 10)
    one.tick(10 + GRACE_S)
    assert len(asked) == 3


def test_an_exabgp_that_an_agent_started_is_ended_after_all_is_withdrawn():
    one, asked = relay(ends_s=20)
    one.gone(told(one, ANNOUNCE), 10)
    one.tick(10 + GRACE_S)
    one.answered("done")
    one.tick(29.9)
    assert asked[-1] == WITHDRAW
    one.tick(30)
    one.tick(31)
    assert asked[-2:] == [WITHDRAW, "shutdown"]


def test_one_that_others_started_goes_on():
    one, asked = relay()
    one.gone(told(one), 10)
    one.tick(1e6)
    assert asked == []


def test_a_client_that_never_ends_its_line_may_not_stay():
    one, _ = relay()
    assert not one.heard(client(one), b"x" * 70_000)

from click.testing import CliRunner

from catchment.cli.agent import agent
from catchment.cli.agent_fleet import lines, troubles

OTHERS = [
    {
        "name": "anycast",
        "others": [
            {"source": "gossip", "ago_s": 0.31, "believed": True, "announcers": ["seoul/ns2"]},
            {"source": "store", "ago_s": 9.0, "believed": False, "announcers": []},
        ],
    },
    {"name": "canary", "others": []},
]
FOUND = {
    "gossip": {
        "failing": "",
        "refused": {"forged": 12},
        "peers": [
            {
                "who": "seoul/ns2",
                "believed": True,
                "ago_s": 0.31,
                "announcements": {"anycast": {"announced": True, "level": "degraded"}},
            }
        ],
    },
    "store": {"urls": ["http://192.0.2.1:2379"], "away": "no answer within 1 s"},
}


def test_people_see_who_announces_how_old_that_is_and_what_does_not_work():
    assert list(lines(FOUND, OTHERS)) == [
        "STORE DOES NOT WORK: no answer within 1 s",
        "anycast, also announced",
        "  by gossip, 0.3 s ago: seoul/ns2",
        "  by store, 9.0 s ago (TOO OLD): nobody else",
        "canary, also announced",
        "  not known: nobody tells",
        "peer seoul/ns2, heard 0.3 s ago: anycast announced, degraded",
        "datagrams refused: 12 forged",
    ]
    assert len(list(troubles(FOUND))) == 1


def test_an_agent_that_asks_nobody_says_so():
    assert list(lines({}, OTHERS)) == [
        "this agent asks nobody: no peers, store or router-view in its file (RFC 4786 4.7)"
    ]


def test_its_help_says_what_the_exit_code_means():
    said = CliRunner().invoke(agent, ["fleet", "--help"]).output
    assert "Exit code 2" in said

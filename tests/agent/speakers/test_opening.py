import json
import subprocess
import sys
from ipaddress import ip_network

import pytest

from catchment.agent.speakers.opening import CLASSES, from_words, open_speaker, to_words
from catchment.model.agent import Form, SpeakerKind, SpeakerSpec

SPEC = SpeakerSpec(
    kind=SpeakerKind.EXABGP,
    where="exabgp.sock",
    asn=64500,
    timeout_s=0.7,
    routes={
        (ip_network("192.0.2.0/24"), Form()): "agent_anycast_0_up",
        (ip_network("2001:db8::/48"), Form(prepend=2, communities=("65535:0",), med=5)): "agent_anycast_1_draining",
    },
    file="neighbours.conf",
)


def test_a_description_is_the_same_after_a_pipe():
    assert from_words(json.loads(json.dumps(to_words(SPEC)))) == SPEC


@pytest.mark.parametrize("kind", SpeakerKind)
def test_every_kind_has_a_speaker_of_its_name(kind):
    if kind is SpeakerKind.GOBGP:
        pytest.importorskip("h2", reason="GoBGP's API needs h2; pip install 'catchment[agent]'")
    speaker = open_speaker(SpeakerSpec(kind=kind, where="nowhere", asn=64500))
    assert speaker.name == kind.value
    speaker.close()
    assert set(CLASSES) == set(SpeakerKind)


def test_only_the_agent_starts_a_daemon_and_only_where_its_file_says_so():
    assert open_speaker(SPEC, starts=True).starting is not None
    assert open_speaker(SPEC).starting is None
    plain = SpeakerSpec(kind=SpeakerKind.EXABGP, where="exabgp.sock", asn=64500)
    assert open_speaker(plain, starts=True).starting is None


@pytest.mark.parametrize("kind", [SpeakerKind.BIRD, SpeakerKind.FRR, SpeakerKind.EXABGP])
def test_a_guardian_loads_neither_http_nor_what_starts_daemons(kind):
    code = f"""
import sys
from catchment.agent.speakers.opening import open_speaker
from catchment.model.agent import SpeakerKind, SpeakerSpec
open_speaker(SpeakerSpec(kind=SpeakerKind("{kind.value}"), where="nowhere", asn=64500))
print([name for name in ("h2", "asyncio", "numpy", "pydantic", "rich") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

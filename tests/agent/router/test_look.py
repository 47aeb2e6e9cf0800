from pathlib import Path

from catchment.agent.router.look import router_advice
from catchment.model.agent import SpeakerKind, SpeakerSpec

BIRD = SpeakerSpec(kind=SpeakerKind.BIRD)


def test_what_cannot_be_read_is_said(tmp_path: Path):
    (one,) = router_advice(BIRD, tmp_path / "bird.conf")
    assert "not looked at: No such file" in one.what


def test_a_password_that_everybody_can_read_is_noticed(tmp_path: Path):
    path = tmp_path / "bird.conf"
    path.write_text('protocol bgp a {\n  password "x";\n}\n')
    path.chmod(0o644)
    assert "L007" in [one.rule for one in router_advice(BIRD, path)]
    path.chmod(0o640)
    assert "L007" not in [one.rule for one in router_advice(BIRD, path)]


def test_of_daemons_without_a_known_file_nothing_is_said():
    assert list(router_advice(SpeakerSpec(kind=SpeakerKind.FAKE))) == []

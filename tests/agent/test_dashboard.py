import json
import re
import shutil
import subprocess
from importlib import resources

import pytest
from ruamel.yaml import YAML

from catchment.agent.dashboard import dashboard
from catchment.agent.metrics import FAMILIES, family_of

ALERTS = resources.files("catchment.agent") / "shipped" / "alerts.yaml"
NAME = re.compile(r"\bcatchment_[a-z_]+")
SELECTOR = re.compile(r"(catchment_[a-z_]+)\{([^}]*)\}")
LABELS_OF_PROMETHEUS = {"instance", "job", "le"}


def queries():
    return [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]


def rules():
    groups = YAML(typ="safe").load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def names(texts):
    return {family_of(name) for text in texts for name in NAME.findall(text)}


def labels_of(query):
    return set().union({"instance", "job"}, *(FAMILIES[name].labels for name in names([query])))


def test_dashboard_and_alerts_use_metrics_that_exist():
    used = names(queries()) | names(rule["expr"] for rule in rules())
    assert used - set(FAMILIES) == set()


def test_every_metric_is_shown_and_none_is_there_for_nobody():
    assert set(FAMILIES) - names(queries()) == set()


def test_alerts_and_panels_name_labels_that_their_metrics_have():
    told = [(rule["expr"], " ".join(map(str, rule["annotations"].values()))) for rule in rules()]
    told += [(t["expr"], t.get("legendFormat", "")) for panel in dashboard()["panels"] for t in panel["targets"]]
    for query, text in told:
        if not names([query]):
            continue  # of Prometheus itself or of node_exporter
        for label in re.findall(r"(?:labels\.|\{\{ ?)([a-z]+)\b", text):
            assert label in labels_of(query) | {"value"}, f"{label} of {query}"
        for name, chosen in SELECTOR.findall(query):
            for label in re.findall(r"([a-z]+)(?:=|!)", chosen):
                assert label in (*FAMILIES[family_of(name)].labels, "le"), f"{label} of {name}"


def test_every_alert_says_how_bad_it_is_and_what_to_do():
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]
        assert set(rule["annotations"]) == {"summary", "do"}, rule["alert"]
    assert len({rule["alert"] for rule in rules()}) == len(rules())


def test_panels_have_places_of_their_own_and_explanations():
    panels = dashboard()["panels"]
    places = [tuple(panel["gridPos"].values()) for panel in panels]
    assert len(set(places)) == len(panels)
    assert all(panel["description"] for panel in panels)
    json.dumps(dashboard())


def promtool(*words, **kept):
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("not installed: promtool (apt-get install prometheus)")
    done = subprocess.run([found, *words], capture_output=True, text=True, check=False, **kept)
    return done.returncode, done.stdout + done.stderr


def test_prometheus_itself_accepts_the_alerts():
    with resources.as_file(ALERTS) as path:
        code, said = promtool("check", "rules", str(path))
    assert code == 0, said
    assert f"{len(rules())} rules found" in said


def test_prometheus_itself_accepts_the_queries_of_the_dashboard(tmp_path):
    asked = [query.replace("$__rate_interval", "5m").replace("$site", ".*") for query in queries()]
    recorded = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(asked)]
    path = tmp_path / "panels.yaml"
    path.write_text(json.dumps({"groups": [{"name": "panels", "rules": recorded}]}))
    code, said = promtool("check", "rules", str(path))
    assert code == 0, said


AT = '{service="anycast",site="%s",af="ipv4",instance="%s"}'
OF = '{service="anycast",site="%s",instance="%s"}'


def fires(at, alert, labels=None, **annotations):
    """That an alert fires then with these, or does not."""
    expected = [{"exp_labels": labels, "exp_annotations": annotations}] if labels else []
    return {"eval_time": at, "alertname": alert, "exp_alerts": expected}


def test_alerts_fire_when_they_should(tmp_path):
    """A dead service stays announced; then both sites have withdrawn at once, as Prometheus evaluates it."""
    seoul, busan = ("seoul", "ns1"), ("busan", "ns2")
    series = {
        f"catchment_site_wanted{AT % seoul}": "1 0 0 0 0 0 0 0",
        f"catchment_site_announced{AT % seoul}": "1 1 1 1 1 0 0 0",
        f"catchment_site_announced{AT % busan}": "1 1 1 1 1 0 0 0",
        f"catchment_site_draining{OF % seoul}": "0x8",
        f"catchment_site_draining{OF % busan}": "0x8",
    }
    labels = {"service": "anycast", "site": "seoul", "af": "ipv4", "instance": "ns1", "severity": "page"}
    fleet = {"service": "anycast", "af": "ipv4", "severity": "page"}
    wanted = [
        fires("5s", "CatchmentNotWithdrawn"),
        fires(
            "20s", "CatchmentNotWithdrawn", labels,
            summary="anycast at seoul is announced and should not be (ipv4)",
            do="catchment agent why anycast; if the daemon does not obey, end its BGP sessions by hand",
        ),
        fires("30s", "CatchmentNotWithdrawn"),
        fires("20s", "CatchmentNobodyAnnounces"),
        fires(
            "40s", "CatchmentNobodyAnnounces", fleet,
            summary="no site announces anycast (ipv4)",
            do="look for what the sites have in common, before you restart anything",
        ),
        fires("20s", "CatchmentManyWithdrew"),
        fires(
            "35s", "CatchmentManyWithdrew", fleet,
            summary="2 sites withdrew anycast (ipv4) within 5 minutes, and nobody drains it",
            do="one common cause? a change that was rolled out? stop it before it reaches the rest",
        ),
    ]  # fmt: skip
    given = [{"series": name, "values": values} for name, values in series.items()]
    with resources.as_file(ALERTS) as path:
        case = {"interval": "5s", "input_series": given, "alert_rule_test": wanted}
        told = tmp_path / "test.yaml"
        told.write_text(json.dumps({"rule_files": [str(path)], "evaluation_interval": "5s", "tests": [case]}))
        code, out = promtool("test", "rules", str(told))
    assert code == 0, out

"""The dashboard of a fleet of agents for Grafana, from a table of its panels. Pure.

The JSON is that of Grafana 9 and later (schema 36), with the data source as a variable: it is imported as it is.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

Json = dict[str, Any]

SCHEMA = 36
WIDTH, HEIGHT = 12, 8
"""Of a panel, in Grafana's grid of 24 columns."""

ASKED = 'site=~"$site"'
SOURCE = {"type": "prometheus", "uid": "${source}"}

YES_NO = [
    {
        "type": "value",
        "options": {"0": {"text": "no", "color": "red"}, "1": {"text": "yes", "color": "green"}},
    }
]


class Panel(NamedTuple):
    """shown: a type of Grafana; asked: (query, legend); unit: of Grafana; yes_no: whether 0 and 1 are no and yes."""

    title: str
    meaning: str
    shown: str
    asked: tuple[tuple[str, str], ...]
    unit: str = "short"
    yes_no: bool = False


SERVICE = "{{service}} {{site}}"
PANELS = (
    Panel(
        "Announced", "What the routing daemons export, by site.", "state-timeline",
        ((f"catchment_site_announced{{{ASKED}}}", SERVICE + " {{af}}"),), yes_no=True,
    ),
    Panel(
        "Wanted", "What the agents want exported: it differs from the left for a moment only.", "state-timeline",
        ((f"catchment_site_wanted{{{ASKED}}}", SERVICE + " {{af}}"),), yes_no=True,
    ),
    Panel(
        "Sites that announce", "Of each service: 0 is an outage.", "timeseries",
        (("sum by (service, af) (catchment_site_announced)", "{{service}} {{af}}"),),
    ),
    Panel(
        "Not as wanted", "Prefixes that the daemon does not export as they should be.", "timeseries",
        ((f"catchment_site_unsettled_prefixes{{{ASKED}}}", SERVICE + " {{af}}"),),
    ),
    Panel(
        "Healthy", "Whether enough of what each service needs is well.", "state-timeline",
        ((f"catchment_site_healthy{{{ASKED}}}", SERVICE),), yes_no=True,
    ),
    Panel(
        "Level that is acted on", "0 down, 1 degraded, 2 up.", "state-timeline",
        ((f"catchment_site_level{{{ASKED}}}", SERVICE),),
    ),
    Panel(
        "Transitions", "Changes of what is wanted, by reason.", "timeseries",
        ((f"increase(catchment_transitions_total{{{ASKED}}}[$__rate_interval])",
          SERVICE + " {{from}} to {{to}}: {{reason}}"),),
    ),
    Panel(
        "Hold-down and falls", "How long a service is held down yet, and how often it fell.", "timeseries",
        ((f"catchment_site_hold_seconds{{{ASKED}}}", SERVICE + " held"),
         (f"catchment_site_falls{{{ASKED}}}", SERVICE + " falls")), unit="s",
    ),
    Panel(
        "Guards and drains", "What is kept though dead, and what people drain.", "timeseries",
        ((f"catchment_site_guarded{{{ASKED}}}", SERVICE + " guarded"),
         (f"catchment_site_draining{{{ASKED}}}", SERVICE + " drained"),
         (f"increase(catchment_guard_activations_total{{{ASKED}}}[$__rate_interval])", SERVICE + " guard began")),
    ),
    Panel(
        "Others that announce", "As peers, the router and the store say; and how old that is.", "timeseries",
        ((f"catchment_others{{{ASKED}}}", SERVICE + " by {{source}}"),
         ("catchment_others_age_seconds", "{{instance}} {{source}}: age in s")),
    ),
    Panel(
        "Checks", "Whether each is healthy.", "state-timeline",
        ((f"catchment_check_healthy{{{ASKED}}}", "{{check}} {{site}}"),), yes_no=True,
    ),
    Panel(
        "Failures", "Share of results that were failures.", "timeseries",
        ((f"rate(catchment_check_failures_total{{{ASKED}}}[$__rate_interval])"
          f" / rate(catchment_check_results_total{{{ASKED}}}[$__rate_interval])", "{{check}} {{site}}"),),
        unit="percentunit",
    ),
    Panel(
        "How long checks take", "99 of 100 take at most so long.", "timeseries",
        ((f"histogram_quantile(0.99, sum by (check, site, le) "
          f"(rate(catchment_check_duration_seconds_bucket{{{ASKED}}}[$__rate_interval])))", "{{check}} {{site}}"),),
        unit="s",
    ),
    Panel(
        "Age of results", "Since the last result, and since the last pass.", "timeseries",
        ((f"catchment_check_result_age_seconds{{{ASKED}}}", "{{check}} {{site}} result"),
         (f"catchment_check_pass_age_seconds{{{ASKED}}}", "{{check}} {{site}} pass")), unit="s",
    ),
    Panel(
        "Routing daemon", "Since it was read, how long it is silent, how long a withdrawal waits.", "timeseries",
        (("catchment_reconcile_age_seconds", "{{instance}} read"),
         ("catchment_speaker_silent_seconds", "{{instance}} silent"),
         ("catchment_withdrawal_unconfirmed_seconds", "{{instance}} unconfirmed")), unit="s",
    ),
    Panel(
        "BGP sessions", "Established or not.", "state-timeline",
        (("catchment_bgp_session_up", "{{instance}} {{session}} {{neighbour}}"),), yes_no=True,
    ),
    Panel(
        "Lease and guardian", "Age of the last answered renewal; 2.5 s is the end.", "timeseries",
        (("catchment_lease_age_seconds", "{{instance}} lease"), ("catchment_guardian_up", "{{instance}} guardian"),
         ("increase(catchment_guardian_deaths_total[$__rate_interval])", "{{instance}} guardian died")),
    ),
    Panel(
        "Escalations", "Harsher steps against a daemon that does not confirm.", "state-timeline",
        (("catchment_escalated", "{{instance}} {{step}}"),),
    ),
    Panel(
        "Agents", "What runs where.", "table",
        (("catchment_build_info", ""),),
    ),
    Panel(
        "Decisions and lost records", "Decisions a second; lines that could not be written.", "timeseries",
        (("rate(catchment_decisions_total[$__rate_interval])", "{{instance}} decisions"),
         ("increase(catchment_journal_lost_lines_total[$__rate_interval])", "{{instance}} journal lost"),
         ("increase(catchment_journald_lost_lines_total[$__rate_interval])", "{{instance}} journald lost")),
    ),
)  # fmt: skip
"""Two in a row; what wakes people stands first."""


def dashboard() -> Json:
    """The whole dashboard, as Grafana imports it."""
    return {
        "title": "catchment: agents",
        "uid": "catchment-agents",
        "tags": ["catchment", "anycast"],
        "schemaVersion": SCHEMA,
        "version": 1,
        "editable": True,
        "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": [_source(), _site()]},
        "panels": [_panel(number, panel) for number, panel in enumerate(PANELS)],
    }


def _source() -> Json:
    return {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}


def _site() -> Json:
    query = "label_values(catchment_site_wanted, site)"
    return {
        "name": "site", "label": "Site", "type": "query", "datasource": SOURCE, "query": query, "definition": query,
        "refresh": 2, "multi": True, "includeAll": True, "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    }  # fmt: skip


def _panel(number: int, panel: Panel) -> Json:
    defaults: Json = {"unit": panel.unit, "mappings": YES_NO if panel.yes_no else []}
    if panel.shown == "timeseries":
        defaults["min"] = 0
    return {
        "id": number + 1,
        "title": panel.title,
        "description": panel.meaning,
        "type": panel.shown,
        "datasource": SOURCE,
        "gridPos": {"x": WIDTH * (number % 2), "y": HEIGHT * (number // 2), "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "targets": [
            _target(*asked, place=place, table=panel.shown == "table") for place, asked in enumerate(panel.asked)
        ],
    }


def _target(query: str, legend: str, *, place: int, table: bool) -> Mapping[str, Any]:
    how = {"instant": True, "format": "table"} if table else {"legendFormat": legend}
    return {"refId": chr(ord("A") + place), "datasource": SOURCE, "expr": query, **how}

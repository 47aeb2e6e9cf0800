"""An agent file -> its configuration, or everything that is wrong with it, in the order of the file. [I/O]"""

import stat
from dataclasses import dataclass, replace
from pathlib import Path

from catchment.designfile.agentfile.build import Building
from catchment.designfile.agentfile.language import FILE
from catchment.designfile.agentfile.table import Reading
from catchment.designfile.located import Mark, read_tree
from catchment.designfile.values import shown
from catchment.errors import DesignError, Problem
from catchment.model.agent_config import AgentConfig

MAX_BYTES = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedAgent:
    """config: None when there is any problem; problems: in the order of the file."""

    config: AgentConfig | None
    problems: tuple[Problem, ...]


def load_agent(content: str, name: str, host: str = "this-host") -> LoadedAgent:
    """Read an agent's configuration from the text of its file. Never raises for anything in the text.

    name : the file as it is named in messages
    host : what this machine is called, where the file does not say
    """
    if len(content) > MAX_BYTES:
        return LoadedAgent(config=None, problems=(Problem(where=name, what="longer than 1 MiB", rule="W001"),))
    tree, troubles = read_tree(content.removeprefix("\ufeff"))
    reading = Reading(name)
    for trouble in troubles:
        reading.add(trouble.mark, trouble.rule, trouble.what, trouble.todo)
    config = None
    if tree is not None and tree.kind == "mapping":
        keys = reading.table(tree, FILE, "the file")

        def wrong(path: tuple[str, ...], rule: str, what: str, todo: str) -> None:
            reading.add(tree.mark_of_key(path) if path else Mark(1, 1), rule, what, todo)

        config = Building(wrong).config(keys, host)
    elif not troubles:
        found = shown(None if tree is None else tree.plain())
        todo = "an agent file has site:, speaker: and announcements:"
        reading.add(tree.mark if tree else Mark(1, 1), "W002", f"expected the keys of an agent, found {found}", todo)
    ordered = sorted(reading.problems, key=lambda one: (one[0].line, one[0].column))
    problems = tuple(dict.fromkeys(problem for _, problem in ordered))
    return LoadedAgent(config=None if problems else config, problems=problems)


def read_agent(path: Path, host: str, *, secrets: bool = True) -> AgentConfig:
    """The configuration in a file. Files that it names are meant beside it. Raises DesignError with all problems.

    secrets : whether the secrets that it names must be there, and closed to others: for whoever is to use them
    """
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        what = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise DesignError(Problem(where=str(path), what=what, todo="name the agent's file", rule="W001")) from error
    loaded = load_agent(content, str(path), host)
    if loaded.config is None:
        raise DesignError(*loaded.problems)
    gossip, store = loaded.config.gossip, loaded.config.store
    if gossip is not None:
        gossip = replace(gossip, key_file=str(path.parent / gossip.key_file))
        todo = f"make one: (umask 077; head -c 32 /dev/urandom | base64 > {gossip.key_file})"
        if secrets:
            _must_be_secret(Path(gossip.key_file), "the secret of the peers", todo)
    if store is not None:
        ca, cert, key = (str(path.parent / name) if name else "" for name in (store.ca, store.cert, store.key))
        store = replace(store, ca=ca, cert=cert, key=key)
        if key and secrets:
            _must_be_secret(Path(key), "the key of the certificate for the store", "see store: in the agent's file")
    return replace(loaded.config, gossip=gossip, store=store)


def _must_be_secret(path: Path, noun: str, todo: str) -> None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        what = f"{noun} cannot be read: {error.strerror}"
        raise DesignError(Problem(where=str(path), what=what, todo=todo, rule="W001")) from error
    if mode & (stat.S_IRWXO | stat.S_IWGRP):
        what = "others can read this secret" if mode & stat.S_IROTH else "others can change this secret"
        raise DesignError(Problem(where=str(path), what=what, todo=f"chmod 640 {path}", rule="W011"))

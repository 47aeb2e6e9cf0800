"""A store in memory that carries out transactions as etcd does: what is asked of slots, without etcd."""

from base64 import b64decode, b64encode
from typing import Any

FIELDS = {"MOD": "mod_revision", "CREATE": "create_revision"}


class Memory:
    """keys: name -> (created, modified)."""

    def __init__(self) -> None:
        self.keys: dict[str, tuple[int, int]] = {}
        self.revision = 0

    def txn(self, request: dict[str, Any]) -> tuple[bool, list[dict[str, Any]]]:
        holds = all(self._holds(one) for one in request.get("compare", ()))
        self.revision += 1
        return holds, [self._done(one) for one in request["success" if holds else "failure"]]

    def _holds(self, one: dict[str, Any]) -> bool:
        created, modified = self.keys.get(_text(one["key"]), (0, 0))
        found = {"MOD": modified, "CREATE": created}[one["target"]]
        wanted = int(one[FIELDS[one["target"]]])
        return found == wanted if one["result"] == "EQUAL" else found > wanted

    def _done(self, one: dict[str, Any]) -> dict[str, Any]:
        ((kind, request),) = one.items()
        match kind:
            case "request_put":
                key = _text(request["key"])
                self.keys[key] = (self.keys.get(key, (self.revision, 0))[0], self.revision)
                return {"response_put": {}}
            case "request_delete_range":
                self.keys.pop(_text(request["key"]), None)
                return {"response_delete_range": {}}
            case _:
                return {"response_range": {"kvs": self.range(request)}}

    def range(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        first, last = _text(request["key"]), _text(request["range_end"])
        return [
            {"key": b64encode(key.encode()).decode(), "mod_revision": str(modified)}
            for key, (_, modified) in sorted(self.keys.items())
            if first <= key < last
        ]


def _text(word: str) -> str:
    return b64decode(word).decode()

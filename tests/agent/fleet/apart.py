"""Runs a test in a process of its own, in a network of its own: what it starts can be reached from nowhere else."""

import functools
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CLONE_NEWNET = 0x40000000
MOST_S = 40


def apart(test: Callable[..., None]) -> Callable[..., None]:
    """The test, in a child that has only a loopback; it fails as the child does, with its traceback."""

    @functools.wraps(test)
    def here(*words: Any, **named: Any) -> None:
        with tempfile.TemporaryFile() as said:
            child = os.fork()
            if child == 0:
                _run(lambda: test(*words, **named), said.fileno())
            _, status = os.waitpid(child, 0)
            said.seek(0)
            assert status == 0, said.read().decode()

    return here


def _too_long(*_: object) -> None:
    raise AssertionError(f"not over after {MOST_S} s")


def _run(test: Callable[[], None], said: int) -> None:
    try:
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        assert libc.unshare(CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True, timeout=20)
        signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(MOST_S)
        test()
    except BaseException:  # noqa: BLE001  the parent tells it
        os.write(said, traceback.format_exc().encode())
        os._exit(1)
    sys.stdout.flush()
    os._exit(0)


@contextmanager
def etcd(
    folder: Path, *more: str, address: str = "127.0.0.1", scheme: str = "http", space: str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    """etcd on a folder of its own, at port 2379 of this network; it may be killed and started again on it.

    space : the namespace that it runs in; "": ours
    """
    url, peer = f"{scheme}://{address}:2379", f"http://{address}:2380"
    with (folder / "etcd.log").open("ab") as log:
        process = subprocess.Popen(
            [*(("ip", "netns", "exec", space) if space else ()),
             "etcd", "--name", "one", "--data-dir", str(folder / "etcd"), "--listen-client-urls", url,
             "--advertise-client-urls", url, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
             "--initial-cluster", f"one={peer}", "--unsafe-no-fsync",
             "--heartbeat-interval", "20", "--election-timeout", "200", *more],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.wait()

"""A name server that misbehaves when it is told to: every second question unanswered, refused, or answered wrongly.

    python nameserver.py WHO ADDRESS       then lines on stdin: well | of N M | silent | refused | wrong

Every name has the address 192.0.2.WHO, so that a client sees who answered. `of 3 2` leaves two of three questions for
probe.example unanswered: what a client asks meanwhile is answered. Imports nothing of ours, so that it begins at once.
"""

import os
import selectors
import socket
import struct
import sys

REFUSED, QR = 5, 0x8000


def answer(question: bytes, address: bytes, rcode: int = 0) -> bytes:
    """An A record for the name that is asked for; without EDNS."""
    number, flags = struct.unpack("!HH", question[:4])
    end = 12
    while question[end]:
        end += question[end] + 1
    end += 5
    count = 0 if rcode else 1
    header = struct.pack("!6H", number, QR | (flags & 0x7900) | 0x0400 | rcode, 1, count, 0, 0)
    record = struct.pack("!HHHIH", 0xC00C, 1, 1, 0, 4) + address if count else b""
    return header + question[12:end] + record


def main() -> None:
    """Until stdin ends."""
    who, service = int(sys.argv[1]), sys.argv[2]
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.bind((service, 53))
    tcp = socket.create_server((service, 53))
    words, asked = ["well"], 0
    waiting = selectors.DefaultSelector()
    for one in (line, tcp, sys.stdin):
        waiting.register(one, selectors.EVENT_READ)
    print("ready", flush=True)  # noqa: T201
    while True:
        for key, _ in waiting.select():
            if key.fileobj is sys.stdin:
                said = os.read(0, 4096)
                if not said:
                    return
                words, asked = said.decode().splitlines()[-1].split(), 0
                print("ready", flush=True)  # noqa: T201
            elif key.fileobj is tcp:
                tcp.accept()[0].close()
            else:
                data, sender = line.recvfrom(4096)
                if b"\x05probe" in data:  # the agent's, or its peers': what clients ask is not counted
                    asked += 1
                if reply := reply_to(data, words, asked, who):
                    line.sendto(reply, sender)


def reply_to(data: bytes, words: list[str], asked: int, who: int) -> bytes:
    """What is said to one question; nothing when it is to be lost."""
    own = bytes((192, 0, 2, who))
    match words:
        case ["silent"]:
            return b""
        case ["of", every, lost] if asked % int(every) < int(lost):
            return b""
        case ["refused"]:
            return answer(data, own, REFUSED)
        case ["wrong"]:
            return answer(data, bytes((198, 51, 100, who)))
    return answer(data, own)


if __name__ == "__main__":
    main()

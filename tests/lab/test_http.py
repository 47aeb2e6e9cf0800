"""HTTP that names the server."""

import pytest

from catchment.lab.http import END, Reply, answer, read, request


def test_a_question_is_for_the_host_and_the_path_of_its_url() -> None:
    assert request("//www.example.com:8080/health").splitlines()[:2] == [
        b"GET /health HTTP/1.1",
        b"Host: www.example.com:8080",
    ]
    assert request("//www.example.com/").endswith(END)


def test_the_answer_names_the_server_in_its_header_and_in_its_body() -> None:
    said = answer(request("//www.example.com/"), "web@lhr")
    assert read(said, over=False) == Reply(status=200, header="web@lhr", body="web@lhr")
    assert answer(b"HEAD / HTTP/1.1\r\n\r\n", "web@lhr").endswith(END)
    assert answer(b"nonsense", "web@lhr").startswith(b"HTTP/1.1 400 ")


def test_an_answer_in_parts_is_waited_for() -> None:
    said = answer(request("//www.example.com/"), "web@lhr")
    assert [read(said[:length], over=False) for length in range(len(said))] == [None] * len(said)


def test_a_server_of_somebody_else_ends_its_answer_by_closing_and_has_no_such_header() -> None:
    said = b"HTTP/1.0 404 Not Found\r\nServer: x\r\n\r\n<html>nobody</html>"
    assert read(said, over=False) is None
    assert read(said, over=True) == Reply(status=404, header=None, body="<html>nobody</html>")


@pytest.mark.parametrize("data", [b"", b"HTTP/1.1 200 OK\r\n", b"SSH-2.0-x\r\n\r\n", b"\r\n\r\n"])
def test_what_is_no_answer_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut off|no HTTP"):
        read(data, over=True)

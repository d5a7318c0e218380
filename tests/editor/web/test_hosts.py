"""Which names are this server's."""

from __future__ import annotations

import socket

import pytest

from editor.web import hosts


def test_the_names_that_host_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "Desk")
    monkeypatch.setattr(socket, "getfqdn", lambda name="": "desk.home.example")
    machine = {"localhost", "desk", "desk.home.example", "desk.local"}
    for host, address, expected in [
        ("127.0.0.1", "127.0.0.1", {"localhost"}),
        ("::1", "::1", {"localhost"}),
        ("localhost", "127.0.0.1", {"localhost"}),
        ("Notes.Example.", "127.0.0.1", {"localhost", "notes.example"}),
        ("0.0.0.0", "0.0.0.0", machine),
        ("::", "::", machine),
        ("", "0.0.0.0", machine),
        ("192.168.1.20", "192.168.1.20", machine),
        ("fe80::1%eth0", "fe80::1%eth0", machine),
        ("notes.example", "192.168.1.20", machine | {"notes.example"}),
    ]:
        assert hosts.names(host, address) == expected, host
    assert hosts.names("127.0.0.1", "127.0.0.1", ["a.example", "Bücher.example"]) == {
        "localhost", "a.example", "xn--bcher-kva.example",
    }  # fmt: skip
    monkeypatch.setattr(socket, "gethostname", lambda: "no name at all")
    monkeypatch.setattr(socket, "getfqdn", lambda name="": "")
    assert hosts.names("0.0.0.0", "0.0.0.0") == {"localhost"}

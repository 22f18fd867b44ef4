"""The notebook server's authorizer has the last word on who reads and who writes, whether it
answers at once or later."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from jupyter_server.auth.authorizer import AllowAllAuthorizer, Authorizer

from client import Client
from jupyter_tornchat.identity.member import RESOURCE
from jupyter_tornchat.protocol import KEY_VARIABLE
from raw import upgrade
from test_members import House, with_cookies
from test_routes import NOTEBOOK

MESSAGES = "tornchat/api/rooms/lobby/messages"
MESSAGE = {"id": "from-a-reader", "text": "x"}


class NoChat(Authorizer):
    refused = ("read", "write")

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> Any:
        return resource != RESOURCE or action not in self.refused


class NoChatLater(NoChat):
    async def is_authorized(self, *asked: Any) -> bool:
        return NoChat.is_authorized(self, *asked)


class NoKernels(Authorizer):
    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> Any:
        return resource != "kernels"


class NoKernelsLater(NoKernels):
    async def is_authorized(self, *asked: Any) -> bool:
        return NoKernels.is_authorized(self, *asked)


class ReadOnly(NoChat):
    refused = ("write",)


class ReadOnlyLater(NoChatLater):
    refused = ("write",)


@pytest.fixture
def jp_server_config(authorizer: type[Authorizer]) -> dict[str, Any]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyter_tornchat": True},
            "authorizer_class": authorizer,
        }
    }


@pytest.fixture
def house(
    jp_serverapp: Any,
    http_server: Any,  # noqa: ARG001  it listens
    jp_http_port: int,
) -> House:
    return House(jp_serverapp, jp_http_port)


async def people(house: House) -> dict[str, list[tuple[str, str]]]:
    token = house.app.identity_provider.token
    return {
        "person": await house.sign_in(token),
        "program": [("Authorization", f"token {token}")],
    }


@pytest.mark.parametrize("authorizer", [NoChat, NoChatLater])
async def test_who_may_not_read_is_refused_at_every_door(house: House) -> None:
    for who, headers in (await people(house)).items():
        signed_in = await house.ask("GET", "api/me", headers)
        assert signed_in.status == 200
        for door in NOTEBOOK.values():
            for method in door.answers:
                answer = await house.ask(method, door.address, headers)
                assert answer.status == 403, (who, method, door)
                # Nobody is anybody at the door of webhooks but by a key in its address.
                no = "signed_out" if door.address.endswith("hook") else "forbidden"
                assert method == "HEAD" or answer.code == no
        for address in ("chat", "tornchat/chat"):
            for asks in (upgrade(), upgrade(Sec_WebSocket_Protocol=None)):
                answer = await house.ask("GET", f"{address}?username=ann", [*headers, *asks])
                assert (answer.status, answer.code) == (403, "forbidden")


@pytest.mark.parametrize("authorizer", [NoKernels, NoKernelsLater, AllowAllAuthorizer])
async def test_who_may_not_see_kernels_has_no_room_told_of_what_they_run(
    house: House, authorizer: type[Authorizer]
) -> None:
    asks = ("POST", "tornchat/api/rooms/lobby/jobs")
    body = {"id": "x", "kernel": "none"}
    said = await house.ask(*asks, (await people(house))["program"], body)
    sees = authorizer is AllowAllAuthorizer
    assert (said.status, said.code) == ((404, "no_such_kernel") if sees else (403, "forbidden"))
    # The key that kernels inherit lets them chat, and nothing else.
    said = await house.ask(*asks, [("Authorization", f"tornchat {os.environ[KEY_VARIABLE]}")], body)
    assert (said.status, said.code) == (403, "forbidden")


@pytest.mark.parametrize("authorizer", [ReadOnly, ReadOnlyLater])
async def test_who_may_only_read_joins_and_says_nothing(
    house: House, connect: Callable[..., Awaitable[Client]]
) -> None:
    for who, headers in (await people(house)).items():
        if who == "person":
            named = await house.ask("PUT", "tornchat/api/me", headers, {"name": "reader"})
            headers = with_cookies(headers, named)  # noqa: PLW2901
        for method, address, body in (
            ("POST", MESSAGES, MESSAGE),
            ("POST", "tornchat/api/rooms", {"room": "mine"}),
        ):
            no = await house.ask(method, address, headers, body)
            assert (no.status, no.code) == (403, "forbidden")
        assert (await house.ask("GET", MESSAGES, headers)).status == 200
        url = f"ws://127.0.0.1:{house.port}{house.app.base_url}tornchat/chat"
        reader = await connect(url, headers=dict(headers))
        assert (await reader.join())["type"] == "joined"
        assert "answer" not in reader.heard("welcome")[0]["features"]
        id = await reader.send("x")
        assert (await reader.expect("rejected", "message"))["code"] == "forbidden"
        await reader.say("older", room="lobby", before=9, ref="history")
        page = await reader.expect("page", ref="history")
        assert page["messages"] == []
        assert not [frame for frame in reader.heard("message") if frame["id"] == id]

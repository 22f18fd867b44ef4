"""Write `labextension/src/protocol.ts` and the tables of `docs/protocol.md` from `protocol/`.

`python tools/generate_protocol.py` writes them; with `--check` it only says whether they are
what it would write, and exits with 1 where they are not.
"""

from __future__ import annotations

import sys
import typing
from pathlib import Path

import msgspec
from msgspec import inspect as mi

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from jupyter_tornchat import protocol  # noqa: E402

TS = ROOT / "labextension" / "src" / "protocol.ts"
DOCS = ROOT / "docs" / "protocol.md"
BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"


def frames(union: typing.Any) -> list[type[msgspec.Struct]]:
    return list(typing.get_args(union))


ASKED = [*frames(protocol.AnyGrant), protocol.Sitter]
"""What is in no frame, and answered by the REST interface alone."""


def ts_type(kind: mi.Type) -> str:
    match kind:
        case mi.Metadata(inner):
            return ts_type(inner)
        case mi.StrType():
            return "string"
        case mi.IntType() | mi.FloatType():
            return "number"
        case mi.BoolType():
            return "boolean"
        case mi.NoneType():
            return "null"
        case mi.LiteralType(values):
            return " | ".join(f'"{value}"' for value in sorted(values))
        case mi.ListType(item):
            return f"{ts_type(item)}[]"
        case mi.DictType(_, value):
            return f"Record<string, {ts_type(value)}>"
        case mi.StructType(cls):
            return cls.__name__
        case mi.UnionType(types):
            return " | ".join(ts_type(t) for t in types if not isinstance(t, mi.NoneType))
        case _:
            raise TypeError(f"no TypeScript for {kind}")


def first_line(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split())


def ts_struct(cls: type[msgspec.Struct]) -> str:
    info = mi.type_info(cls)
    assert isinstance(info, mi.StructType)
    lines = [f"/** {first_line(cls.__doc__)} */", f"export interface {cls.__name__} {{"]
    if info.tag is not None:
        lines.append(f'  type: "{info.tag}";')
    for f in info.fields:
        # A field may be missing where it has a default and the struct leaves defaults out.
        optional = "?" if not f.required and cls.__struct_config__.omit_defaults else ""
        lines.append(f"  {f.encode_name}{optional}: {ts_type(f.type)};")
    return "\n".join([*lines, "}"])


def parts_of(kind: mi.Type) -> typing.Iterator[type[msgspec.Struct]]:
    """The structs that are in it, itself last."""
    match kind:
        case mi.Metadata(inner) | mi.ListType(inner):
            yield from parts_of(inner)
        case mi.UnionType(types):
            for one in types:
                yield from parts_of(one)
        case mi.StructType(cls, fields=fields):
            for field in fields:
                yield from parts_of(field.type)
            yield cls
        case _:
            pass


def structs(unions: list[type[msgspec.Struct]]) -> list[type[msgspec.Struct]]:
    """What the frames consist of, each before what it is part of."""
    found = [part for frame in unions for part in parts_of(mi.type_info(frame))]
    return list(dict.fromkeys(found))


def ts_constants() -> str:
    closes = "\n".join(f"  {c.name}: {c.value}," for c in protocol.Close)
    limits = "\n".join(
        f"  {name}: {value:_}," for name, value in msgspec.structs.asdict(protocol.LIMITS).items()
    )
    codes = "\n".join(f'  | "{code}"' for code in protocol.REASONS)
    retry = ", ".join(f'"{c}"' for c, reason in protocol.REASONS.items() if reason.retry)
    return f"""export const SUBPROTOCOL = "{protocol.SUBPROTOCOL}";
export const TICKET_PROTOCOL = "{protocol.TICKET_PROTOCOL}";
export const DEFAULT_ROOM = "{protocol.DEFAULT_ROOM}";

/** What holds until `welcome` says otherwise. */
export const LIMITS: Limits = {{
{limits}
}};

/** Close codes: 4000-4499 come back, 4500-4999 do not. */
export const Close = {{
{closes}
}} as const;

/** The kinds of no. */
export type Code =
{codes};

/** Kinds of no after which the very same request may succeed later. */
export const RETRY: ReadonlySet<string> = new Set([{retry}]);"""


def typescript() -> str:
    client, server = frames(protocol.AnyClientFrame), frames(protocol.AnyServerFrame)
    parts = [
        "// Generated from protocol/ by tools/generate_protocol.py: do not edit.",
        *(ts_struct(cls) for cls in structs([*client, *server, *ASKED])),
        f"export type ClientFrame = {' | '.join(c.__name__ for c in client)};",
        f"export type ServerFrame = {' | '.join(c.__name__ for c in server)};",
        ts_constants(),
    ]
    return "\n\n".join(parts) + "\n"


def doc_fields(cls: type[msgspec.Struct]) -> str:
    info = mi.type_info(cls)
    assert isinstance(info, mi.StructType)
    names = [f"`{f.encode_name}`" + ("" if f.required else "?") for f in info.fields]
    return ", ".join(name for name in names if name != "`ref`?") or "–"


def doc_parts() -> list[str]:
    every = frames(protocol.AnyClientFrame) + frames(protocol.AnyServerFrame)
    found = structs([*every, *ASKED])
    parts = [part for part in found if part not in every and part is not protocol.Limits]
    rows = [f"| {p.__name__} | {doc_fields(p)} | {first_line(p.__doc__)} |" for p in parts]
    return ["| what | fields | meaning |", "| --- | --- | --- |", *rows]


def doc_frames(union: typing.Any) -> list[str]:
    rows = [
        f"| `{mi.type_info(cls).tag}` | {doc_fields(cls)} | {first_line(cls.__doc__)} |"  # type: ignore[attr-defined]
        for cls in frames(union)
    ]
    return ["| `type` | fields | meaning |", "| --- | --- | --- |", *rows]


def tables() -> str:
    limits = msgspec.structs.asdict(protocol.LIMITS)
    lines = [
        "## Frames from a client",
        "",
        *doc_frames(protocol.AnyClientFrame),
        "",
        "## Frames from the server",
        "",
        *doc_frames(protocol.AnyServerFrame),
        "",
        "## What frames consist of",
        "",
        *doc_parts(),
        "",
        "## Limits",
        "",
        "Sent in `welcome` as `limits`.",
        "",
        "| limit | value |",
        "| --- | --- |",
        *(f"| `{name}` | {value:,} |" for name, value in limits.items()),
        "",
        "## Reasons",
        "",
        "| `code` | HTTP | try again? | says |",
        "| --- | --- | --- | --- |",
        *(
            f"| `{code}` | {r.status} | {'yes' if r.retry else 'no'} | {r.says} |"
            for code, r in protocol.REASONS.items()
        ),
        "",
        "## Close codes",
        "",
        "| code | name | says |",
        "| --- | --- | --- |",
        *(f"| {c.value} | {c.name} | {protocol.CLOSE_REASONS[c]} |" for c in protocol.Close),
    ]
    return "\n".join(lines)


def document() -> str:
    page = DOCS.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


def main() -> int:
    wanted = {TS: typescript(), DOCS: document()}
    stale = [p for p, text in wanted.items() if not p.exists() or p.read_text("utf-8") != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what tools/generate_protocol.py writes")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

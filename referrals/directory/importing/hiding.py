"""What of a package is confidential: what says so itself, what plain HSDS says so of, and all that hangs on either."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, text

from referrals.directory.hsds.objects import LINKS, OBJECTS, ORGANIZATION
from referrals.directory.importing.staging import REFERENCES, content_of, digest_of

TARGETS: Mapping[str, str] = {
    **{name: name.removesuffix("_id") for name in REFERENCES},
    "parent_id": ORGANIZATION,
}
OWNING = ("organization_id", "service_id", "location_id", "service_at_location_id", "contact_id", "phone_id")
HIDDEN_WORDS = ("confidential", "redacted", "undisclosed", "hidden address", "سري", "غير معلن")


_OF = "select 1 from staged t where t.good = 1 and t.kind = '{0}' and t.{1}_id = staged.external_id"
_ALONE = (
    "update staged set confidential = 1 where kind = 'service' and confidential = 0 and exists"
    f" ({_OF.format('service_at_location', 'service')}) and not exists"
    f" ({_OF.format('service_at_location', 'service')} and t.confidential = 0)",
    "update staged set confidential = 1 where kind = 'organization' and confidential = 0 and exists"
    f" ({_OF.format('location', 'organization')} and t.confidential = 1) and not exists"
    f" ({_OF.format('location', 'organization')} and t.confidential = 0) and not exists"
    f" ({_OF.format('service', 'organization')} and t.confidential = 0)",
)
_ABOUT_HIDDEN = (  # whatever kind of thing such a row says that it is about
    "update staged set confidential = 1 where link_id <> '' and confidential = 0 and exists"
    " (select 1 from staged t where t.external_id = staged.link_id and t.confidential = 1)"
)
_SHARED = (("taxonomy_term", "taxonomy_term_id"), ("program", "program_id"), ("unit", "unit_id"))
"""What has nothing secret of its own, but by its name may tell what is done where nobody may know."""


def hide(connection: Connection) -> None:
    """Marks what is confidential, and all that hangs on it."""
    for kind, own in _said_confidential(connection):
        connection.execute(
            text("update staged set confidential = 1 where kind = :kind and external_id = :own"),
            {"kind": kind, "own": own},
        )
    if not connection.execute(text("select 1 from staged where confidential = 1 limit 1")).scalar():
        return
    _hang(connection)
    if sum(_only_hidden(connection)):
        _hang(connection)
    connection.execute(text(_ABOUT_HIDDEN))
    _hide_what_only_hidden_use(connection)
    _name_nothing_hidden(connection)


def _name_nothing_hidden(connection: Connection) -> None:
    """What stays public names no hidden organization or program: an id alone says that there is one, and whose."""
    for kind, column, named, target in (
        (ORGANIZATION, "parent_id", "parent_organization_id", ORGANIZATION),
        ("service", "program_id", "program_id", "program"),
    ):
        naming = text(
            "select s.n, s.content from staged s join staged t on t.kind = :target and t.confidential = 1"
            f" and t.external_id = s.{column} where s.kind = :kind and s.confidential = 0"
        )
        for row in connection.execute(naming, {"kind": kind, "target": target}).all():
            content = content_of({name: each for name, each in json.loads(row.content).items() if name != named})
            connection.execute(
                text(f"update staged set {column} = null, content = :content, digest = :digest where n = :n"),
                {"content": content, "digest": digest_of(content), "n": row.n},
            )


def _hide_what_only_hidden_use(connection: Connection) -> None:
    """A term, a program or a unit that hidden rows name, and none in public, is hidden with what is said of it."""
    for kind, column in _SHARED:
        named = f"(select {column} from staged where good = 1 and confidential = {{0}} and {column} is not null)"
        within = (
            "(select parent_id from staged where good = 1 and confidential = {0} and parent_id is not null"
            f" and kind = '{kind}')"  # a term names the one above it
        )
        hidden, public = (f"external_id in {named} or external_id in {within}".format(each) for each in (1, 0))
        words = (
            f"update staged set confidential = 1 where kind = '{kind}' and confidential = 0 and ({hidden})"
            f" and not ({public})"
        )
        found = 0
        while connection.execute(text(words)).rowcount > 0:  # each hides what stands above it next
            found += 1
        if found:
            connection.execute(
                text(
                    f"update staged set confidential = 1 where confidential = 0 and link_kind = '{kind}' and link_id in"
                    f" (select external_id from staged where kind = '{kind}' and confidential = 1)"
                )
            )


def _only_hidden(connection: Connection) -> Iterator[int]:
    """What is given in hidden places alone is hidden, and who runs nothing but such; says how many of each."""
    connection.execute(text("create index temp_staged_run on staged (kind, organization_id)"))
    for words in _ALONE:
        yield max(connection.execute(text(words)).rowcount, 0)


def _hang(connection: Connection) -> None:
    for kind in OBJECTS:
        for column in OWNING:
            connection.execute(
                text(
                    "update staged set confidential = 1 where kind = :kind and confidential = 0 and exists"
                    " (select 1 from staged t"
                    f" where t.kind = :target and t.external_id = staged.{column} and t.confidential = 1)"
                ),
                {"kind": kind, "target": TARGETS[column]},
            )
        if kind in LINKS:
            connection.execute(
                text(
                    "update staged set confidential = 1 where kind = :kind and confidential = 0 and exists"
                    " (select 1 from staged t"
                    " where t.kind = staged.link_kind and t.external_id = staged.link_id and t.confidential = 1)"
                ),
                {"kind": kind},
            )


def _said_confidential(connection: Connection) -> Iterator[tuple[str, str]]:
    """What plain HSDS says by an attribute: a term or a label «confidential» on a location, or on who runs it."""
    terms = {
        row.external_id
        for row in connection.execute(text("select external_id, content from staged where kind = 'taxonomy_term'"))
        if _sounds_hidden(json.loads(row.content), ("code", "name", "name_ar"))
    }
    marked = connection.execute(
        text(
            "select link_kind, link_id, taxonomy_term_id, content from staged where kind = 'attribute'"
            " and link_kind in ('location', 'organization', 'service_at_location')"
        )
    ).all()
    for row in marked:
        value: dict[str, Any] = json.loads(row.content)
        if str(value.get("value", "")).lower() in ("no", "false", "0", "لا"):
            continue
        if row.taxonomy_term_id in terms or _sounds_hidden(value, ("label", "value", "link_type")):
            yield row.link_kind, row.link_id


def _sounds_hidden(value: Mapping[str, Any], fields: tuple[str, ...]) -> bool:
    said = " ".join(str(value.get(name, "")) for name in fields).lower()
    return any(word in said for word in HIDDEN_WORDS) and "not confidential" not in said and "غير سري" not in said

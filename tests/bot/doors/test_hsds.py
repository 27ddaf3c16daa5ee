"""The read API by HSDS 3.1: pages, filters, searches in Arabic, and nothing that must not leave."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.doors.below import Below
from bot.doors.hsds import make_hsds
from bot.doors.hsds_answers import Lately, Library
from bot.doors.hsds_questions import LARGEST_BODY, LISTS, MOST_PER_PAGE, Question
from bot.doors.hsds_room import Room
from referrals.directory.publishing.public_ids import public_id
from referrals.directory.records import Location, Organization, Service, ServiceAtLocation
from referrals.store.unit_of_work import Store
from tests.conftest import SUNDAY_MORNING

FOOD = "food"
JSON = "application/json"


@pytest.fixture
def library(store: Store) -> TestClient:
    """Kuwait's sample directory, mounted as the service mounts it."""
    return reader(store)


@pytest.fixture
def quick(sqlite_store: Store) -> TestClient:
    return reader(sqlite_store)


def reader(store: Store, **more: Any) -> TestClient:
    return TestClient(Starlette(routes=[Below("/hsds", make_hsds(store, **more))]), base_url="http://sanad.test")


def contents(library: TestClient, path: str, **asked: Any) -> list[dict[str, Any]]:
    answer = library.get(f"/hsds/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["contents"]
    return found


def change(store: Store, record: Any, **values: Any) -> None:
    """Changes the first row of a table, as an officer's import would."""

    def work(uow: Any) -> None:
        first = uow.session.scalar(select(record.id).order_by(record.id))
        uow.connection.execute(update(record).where(record.id == first).values(**values))

    store.transact(work)


def test_it_says_what_it_is(quick: TestClient) -> None:
    about = quick.get("/hsds/").json()
    assert about["version"] == "3.1"
    assert quick.get(about["openapi_url"]).json()["openapi"].startswith("3.1")
    profile = quick.get(about["profile"]).json()
    patches = [quick.get(address).json() for address in profile["files"]]
    assert any("postal_code" not in patch.get("required", ["postal_code"]) for patch in patches)
    assert quick.get("/hsds/kuwait").json()["openapi_url"].endswith("/hsds/kuwait/openapi.json")


@pytest.mark.parametrize("collection", sorted(LISTS))
def test_pages_follow_each_other_and_hold_everything_once(quick: TestClient, collection: str) -> None:
    everything = quick.get(f"/hsds/{collection}?format=ndjson").text.splitlines()
    seen: list[str] = []
    number, last = 1, False
    while not last:
        page = quick.get(f"/hsds/{collection}", params={"page": number, "per_page": 40}).json()
        assert page["size"] == len(page["contents"]) and page["first_page"] == (number == 1)
        assert page["total_items"] == len(everything) and page["page_number"] == number
        assert page["total_pages"] == -(-len(everything) // 40)
        seen += [each["id"] for each in page["contents"]]
        number, last = number + 1, page["last_page"]
    assert len(seen) == len(set(seen)) == len(everything)
    beyond = quick.get(f"/hsds/{collection}", params={"page": 999}).json()
    assert beyond["empty"] and beyond["contents"] == []


@pytest.mark.parametrize("collection", sorted(LISTS))
def test_every_object_is_found_again_by_its_id(quick: TestClient, collection: str) -> None:
    first = contents(quick, collection, per_page=1)[0]
    one = quick.get(f"/hsds/{collection}/{first['id']}")
    assert one.status_code == 200 and one.json()["id"] == first["id"]
    assert quick.get(f"/hsds/{collection}/{first['id'].upper()}").status_code == 200
    for unknown in ("00000000-0000-5000-8000-000000000000", "nonsense", "a%00b"):
        answer = quick.get(f"/hsds/{collection}/{unknown}")
        assert answer.status_code == 404 and answer.json()["remedy"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("أسرة", "اسره"), ("مساعدة مالية", "مساعده ماليه"), ("إستقبال", "استقبال"), ("Cash Help", "cash help")],
)
def test_a_search_finds_every_spelling(library: TestClient, one: str, other: str) -> None:
    found = contents(library, "services", search=one, minimal="true")
    assert found == contents(library, "services", search=other, minimal="true")


def test_a_search_finds_names_in_both_languages_and_what_needs_are_called(library: TestClient) -> None:
    arabic, english, need = (
        {each["id"] for each in contents(library, "services", search=words, minimal="true")}
        for words in ("مواد غذائية", "food", "طعام")
    )
    assert english and english <= arabic | need and need
    assert contents(library, "services", search="لا شيء من هذا") == []


def test_conditions_hold_together(library: TestClient) -> None:
    food = contents(library, "services", taxonomy_term_id=FOOD, full="true")
    assert food and {each["x_service_term"] for each in food} == {FOOD}
    owner = food[0]["organization"]["id"]
    mine = contents(library, "services", taxonomy_term_id=FOOD, organization_id=owner)
    assert mine and all(each["organization_id"] == owner for each in mine)
    assert contents(library, "services", taxonomy_term_id=FOOD, organization_id=owner, search="clothes") == []
    term = food[0]["attributes"][0]["taxonomy_term_id"]
    assert {each["id"] for each in contents(library, "services", taxonomy_term_id=term)} == {
        each["id"] for each in food
    }
    assert contents(library, "services", taxonomy_term_id="nobody's") == []
    assert contents(library, "services", taxonomy_id=public_id("", "taxonomy", "other")) == []


def test_a_question_in_the_body_is_answered_as_one_in_the_address(library: TestClient) -> None:
    asked: dict[str, Any] = {"search": "طعام", "per_page": 3, "full": True}
    by_address = library.get("/hsds/services", params={**asked, "full": "true"}).json()
    by_json = library.post("/hsds/services", json=asked)
    by_form = library.post("/hsds/services", data={**asked, "full": "true"})
    assert by_json.json() == by_form.json() == by_address and by_address["contents"]
    assert by_json.headers["cache-control"] == "no-store"
    for collection in LISTS:
        assert library.post(f"/hsds/{collection}").status_code == 200


def test_the_nearest_come_first_and_none_farther_than_asked(library: TestClient) -> None:
    point: dict[str, Any] = {"lat": 29.3375, "lon": 47.6581, "proximity": 9000}
    near = contents(library, "service_at_locations", per_page=MOST_PER_PAGE, **point)
    point["proximity"] = 60_000
    wide = contents(library, "service_at_locations", per_page=MOST_PER_PAGE, **point)
    point["proximity"] = 9000
    assert 0 < len(near) < len(wide)
    assert near == wide[: len(near)]
    services = contents(library, "services", **point, minimal="true")
    assert {each["id"] for each in services} == {each["service_id"] for each in near}
    assert len(contents(library, "locations", **point)) == len({each["location_id"] for each in near})


def test_a_place_is_asked_for_by_its_code(library: TestClient) -> None:
    served = contents(library, "service_at_locations", postcode="KW-JA-jahra", full="true", per_page=MOST_PER_PAGE)
    codes = {area["x_place_code"] for each in served for area in each.get("service_areas", ())}
    assert served and codes <= {"KW", "KW-JA", "KW-JA-jahra"}
    assert contents(library, "service_at_locations", postcode="12345") == []


def test_only_what_changed_since_is_told(store: Store) -> None:
    library = reader(store)
    later = SUNDAY_MORNING + timedelta(days=3)
    change(store, Service, modified_at=later)
    changed = contents(library, "services", modified_after=later.isoformat(), minimal="true")
    assert len(changed) == 1 and changed[0]["last_modified"] == "2026-11-04T07:00:00.000Z"
    assert contents(library, "services", modified_after=(later + timedelta(seconds=1)).isoformat()) == []


@pytest.mark.parametrize(
    ("record", "values"),
    [
        (Location, {"confidential": True}),
        (Location, {"accepting": False}),
        (Location, {"gone_at": SUNDAY_MORNING}),
        (Service, {"restricted": True}),
        (Service, {"status": "inactive"}),
        (Service, {"gone_at": SUNDAY_MORNING}),
        (ServiceAtLocation, {"gone_at": SUNDAY_MORNING}),
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else next(iter(each)),
)
def test_what_must_not_leave_leaves_by_no_door(store: Store, record: Any, values: dict[str, Any]) -> None:
    library = reader(store)
    contents(library, "services", per_page=1)
    with store.reading() as uow:
        first = uow.connection.execute(select(record.public_id, record.external_id).order_by(record.id)).first()
        assert first is not None
    hidden, name = first
    assert any(hidden in library.get(f"/hsds/{each}?format=ndjson&full=true").text for each in FULL)
    change(store, record, **values)
    for collection in FULL:
        text = library.get(f"/hsds/{collection}?format=ndjson&full=true").text
        assert hidden not in text and f'"{name}"' not in text, collection
        assert library.get(f"/hsds/{collection}/{hidden}").status_code == 404
    text = library.get("/hsds/organizations?format=ndjson&full=true&full_service=true").text
    assert hidden not in text


FULL = ("services", "organizations", "service_at_locations", "locations")


def test_an_organization_with_nothing_but_hidden_places_is_hidden_too(store: Store) -> None:
    library = reader(store)

    def hide(uow: Any) -> str:
        owner = uow.session.scalars(select(Organization).where(Organization.kind == "ngo")).first()
        uow.connection.execute(update(Location).where(Location.organization_id == owner.id).values(confidential=True))
        external: str = owner.external_id
        return external

    owner = store.transact(hide)
    for collection in FULL:
        assert owner not in library.get(f"/hsds/{collection}?format=ndjson&full=true").text


def test_room_is_told_as_it_is_now(store: Store) -> None:
    library = reader(store)
    change(store, ServiceAtLocation, capacity=10, used=3, taken_elsewhere=2, unit="families", waitlist=True)
    with store.reading() as uow:
        row = uow.session.scalars(select(ServiceAtLocation).order_by(ServiceAtLocation.id)).first()
        assert row is not None
        kept, service = row.external_id, uow.session.get_one(Service, row.service_id).external_id
    told = next(each for each in contents(library, "services", full="true", per_page=200) if each["x_id"] == service)
    given = next(each["id"] for each in told["service_at_locations"] if each["x_id"] == kept)
    room = next(each for each in told["capacities"] if each["x_service_at_location_id"] == given)
    assert (room["available"], room["maximum"], room["unit"]["name"]) == (5, 10, "families")


def test_a_page_costs_few_questions_however_long_it_is(sqlite_store: Store) -> None:
    library = reader(sqlite_store)
    contents(library, "services", per_page=1)
    asked: list[str] = []
    event.listen(sqlite_store.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    counts = []
    for size in (2, 30):
        asked.clear()
        contents(library, "services", full="true", per_page=size)
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 2, "no question for each row"


def test_a_reader_who_has_it_already_is_told_so(quick: TestClient) -> None:
    first = quick.get("/hsds/services")
    again = quick.get("/hsds/services", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert quick.get("/hsds/services", headers={"If-None-Match": "*"}).status_code == 304
    assert "max-age" in first.headers["cache-control"]
    with quick.stream("GET", "/hsds/services", headers={"Accept-Encoding": "gzip"}) as answer:
        zipped = b"".join(answer.iter_raw())
    assert json.loads(gzip.decompress(zipped)) == first.json()


@pytest.mark.parametrize(
    "asked",
    [
        *(
            "page=0",
            "page=x",
            "per_page=-1",
            "full=maybe",
            "modified_after=yesterday",
            "lat=91&lon=1",
            "lat=1",
            "pag=2",
        ),
        *("proximity=5", "format=xml", "page=1&page=2", "postcode=", "search=" + "ا" * 300, "lat=nan&lon=1"),
    ],
)
def test_an_unfit_question_is_refused_with_its_name_and_a_remedy(quick: TestClient, asked: str) -> None:
    answer = quick.get(f"/hsds/services?{asked}")
    assert answer.status_code == 400
    assert answer.json()["remedy"] and answer.json()["parameter"] in asked + " lon"


@pytest.mark.parametrize(
    ("send", "status"),
    [
        (lambda it: it.post("/hsds/services", content=b"{", headers={"Content-Type": JSON}), 400),
        (lambda it: it.post("/hsds/services", json=[1]), 400),
        (lambda it: it.post("/hsds/services", json={"page": "2"}), 400),
        (lambda it: it.post("/hsds/services", content=b"<a/>", headers={"Content-Type": "text/xml"}), 415),
        (lambda it: it.post("/hsds/services", json={"search": "x" * LARGEST_BODY}), 413),
        (lambda it: it.put("/hsds/services"), 405),
        (lambda it: it.post("/hsds/services/x"), 405),
        (lambda it: it.get("/hsds/nothing"), 404),
        (lambda it: it.get("/hsds/services/a/b"), 404),
        (lambda it: it.put("/hsds/nothing"), 404),
        (lambda it: it.post("/hsds/services", content=rb'{"\ud800": 1}', headers={"Content-Type": JSON}), 400),
    ],
)
def test_every_refusal_is_json_with_a_remedy(quick: TestClient, send: Callable[[TestClient], Any], status: int) -> None:
    answer = send(quick)
    assert answer.status_code == status and answer.json()["remedy"]
    assert "access-control-allow-origin" not in answer.headers
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize("path", ["/hsds", "/hsds/services", "/hsds/services/x", "/hsds/openapi.json"])
def test_what_an_address_takes_is_told_to_who_asks(quick: TestClient, path: str) -> None:
    answer = quick.options(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"].split(", ") == [
        *("GET", "HEAD", *["POST"] * (path == "/hsds/services")),
        "OPTIONS",
    ]


def test_what_no_name_and_no_id_can_be_finds_nothing(library: TestClient) -> None:
    for name in ("search", "organization_id", "taxonomy_term_id", "taxonomy_id", "postcode"):
        for nothing in ("\0", "\ud800", "😀", "(%_*)"):
            body = json.dumps({name: nothing}).encode()
            answer = library.post("/hsds/services", content=body, headers={"Content-Type": JSON})
            assert (answer.status_code, answer.json()["total_items"]) == (200, 0), (name, nothing)
    assert contents(library, "taxonomy_terms", search="%") == []


def test_a_body_is_read_as_programs_write_it(quick: TestClient) -> None:
    """With a mark at its beginning, and with metres as text, as the standard's own description has them."""
    asked = {"lat": 29.34, "lon": 47.66, "proximity": "9000"}
    body = b"\xef\xbb\xbf" + json.dumps(asked).encode()
    answer = quick.post("/hsds/service_at_locations", content=body, headers={"Content-Type": JSON})
    assert answer.json()["contents"] == contents(quick, "service_at_locations", **asked) != []


def test_who_asks_too_much_is_told_when_to_come_back(sqlite_store: Store) -> None:
    now = [0.0]
    library = reader(sqlite_store, room=Room(burst=3, per_second=0.5, clock=lambda: now[0]))
    answers = [library.get("/hsds/taxonomies").status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    assert int(library.get("/hsds/taxonomies").headers["retry-after"]) >= 2
    now[0] += 4
    assert library.get("/hsds/taxonomies").status_code == 200


def test_ids_are_the_same_on_every_machine() -> None:
    own = "B5E5F0F5-D3CE-4F73-9A2F-4DD0ECC6C610"
    assert public_id("kuwait", "service", own) == own.lower(), "an owner's own UUID stays"
    assert public_id("kuwait", "service", "svc-1") == public_id("kuwait", "service", "svc-1")
    assert len({public_id(one, kind, "a") for one in ("kuwait", "qena") for kind in ("service", "location")}) == 4


def test_what_was_answered_lately_is_looked_at_anew_before_it_is_shown_again(sqlite_store: Store) -> None:
    now = [0.0]
    library = Library(sqlite_store, Lately(clock=lambda: now[0]))

    def listed() -> tuple[int, int]:
        page = library.page("kuwait", "services", Question({}))
        return page["total_items"], page["size"]

    total, size = listed()
    change(sqlite_store, Service, restricted=True)
    assert listed() == (total, size - 1)  # hidden at once, counted again after half a minute
    now[0] += 31
    assert listed()[0] == total - 1
    change(sqlite_store, Service, restricted=False)
    now[0] += 31
    assert listed() == (total, size)

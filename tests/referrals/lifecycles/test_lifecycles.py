"""Life cycles: what the tables promise, compared with a list copied by hand."""

from __future__ import annotations

import pytest

from referrals.lifecycles import (
    APPLICATION,
    APPOINTMENT,
    BUSINESS_STATUSES,
    CASE,
    FOLLOW_UP,
    LADDER,
    LIFECYCLES,
    PLAN_ITEM,
    REFERRAL,
    VISIT,
    Lifecycle,
    Transition,
    TransitionRefused,
    advance,
    allowed_events,
    next_rung,
    step,
)

BY_HAND = """
application draft            submit             submitted        family
application draft            submit             submitted        case_finder
application draft            expire             expired          system
application submitted        possible_duplicate duplicate_review system
application duplicate_review confirm_same       merged           clerk
application duplicate_review confirm_distinct   under_review     supervisor
application submitted        start_review       under_review     researcher
application under_review     ask_info           info_requested   clerk
application info_requested   answer             under_review     family
application info_requested   lapse              lapsed           system
application lapsed           answer             under_review     family
application lapsed           reopen             under_review     clerk
application under_review     open_case          accepted         researcher
application under_review     signpost           signposted       clerk
application under_review     decline            not_eligible     supervisor
application not_eligible     appeal             under_review     family
application submitted        withdraw           withdrawn        family
case        new              assign             assigned         supervisor
case        assigned         assess             assessed         researcher
case        assessed         plan               planned          researcher
case        planned          start              active           researcher
case        active           stabilise          monitoring       supervisor
case        monitoring       hold               on_hold          supervisor
case        on_hold          resume             active           researcher
case        monitoring       close              closed           supervisor
case        closed           reopen             active           clerk
case        planned          transfer_out       transferred      supervisor
referral    draft            send               requested        family
referral    draft            send               requested        system
referral    requested        acknowledge        received         desk
referral    requested        acknowledge        received         system
referral    requested        accept             accepted         desk
referral    received         accept             accepted         desk
referral    accepted         reject             rejected         desk
referral    rejected         reroute            rejected         system
referral    received         overdue            received         system
referral    accepted         start              in-progress      desk
referral    in-progress      pause              on-hold          desk
referral    on-hold          resume             in-progress      desk
referral    in-progress      complete           completed        desk
referral    accepted         fail               failed           desk
referral    on-hold          cancel             cancelled        family
referral    received         transfer           received         desk
referral    accepted         void               entered-in-error supervisor
referral    completed        tell_family        completed        system
referral    completed        dispute            in-progress      supervisor
visit       planned          assign             assigned         system
visit       assigned         confirm            confirmed        family
visit       confirmed        not_home           attempted        researcher
visit       attempted        replan             planned          system
visit       confirmed        put_off            planned          system
appointment cancelled        offer_again      proposed         desk
visit       refused          take_back          planned          desk
visit       assigned         complete           done             researcher
visit       done             conflict           needs_merge      system
visit       confirmed        refuse             refused          family
appointment proposed         book               booked           family
appointment proposed         withdraw           cancelled        system
appointment booked           confirm            confirmed        family
appointment confirmed        reschedule         cancelled        desk
appointment booked           arrive             arrived          desk
appointment arrived          fulfil             fulfilled        desk
appointment confirmed        noshow             noshow           system
appointment noshow           take_back          booked           system
appointment booked           cancel             cancelled        family
reminder    planned          owe                owed             system
reminder    planned          put_off            planned          system
reminder    planned          move               planned          system
reminder    planned          skip               skipped          system
reminder    planned          fail               failed           system
reminder    planned          cancel             cancelled        family
reminder    owed             cancel             cancelled        desk
reminder    owed             supersede          superseded       system
reminder    owed             send               sent             system
reminder    owed             expire             expired          system
reminder    sent             fail               failed           system
reminder    sent             deliver            delivered        system
reminder    sent             send_again         owed             system
reminder    skipped          take_back          planned          system
reminder    expired          wait_again         owed             system
reminder    failed           send               sent             system
plan_item   proposed         approve            approved         supervisor
plan_item   approved         fund               funded           fund_mgr
plan_item   approved         no_fund            unfunded         system
plan_item   funded           deliver            delivered        desk
plan_item   delivered        verify             verified         family
plan_item   funded           cancel             cancelled        supervisor
follow_up   scheduled        bot_check_in       answered         family
follow_up   scheduled        visit              done             researcher
follow_up   scheduled        miss               overdue          system
"""
ROWS = [line.split() for line in BY_HAND.strip().splitlines()]


@pytest.mark.parametrize(("noun", "state", "event", "target", "actor"), ROWS)
def test_the_step_stands_in_the_table(noun: str, state: str, event: str, target: str, actor: str) -> None:
    assert advance(LIFECYCLES[noun], state, event, actor) == target


def test_the_list_copied_by_hand_names_every_event_of_every_table() -> None:
    by_hand = {(noun, event) for noun, _, event, _, _ in ROWS}
    assert by_hand == {(name, event) for name, table in LIFECYCLES.items() for event in table.events}


def test_every_exported_referral_status_is_a_legal_code() -> None:
    assert set(REFERRAL.states) == {
        "draft",
        "requested",
        "received",
        "accepted",
        "rejected",
        "cancelled",
        "in-progress",
        "on-hold",
        "failed",
        "completed",
        "entered-in-error",
    }


def test_each_noun_starts_where_it_should() -> None:
    tables = (APPLICATION, CASE, REFERRAL, VISIT, APPOINTMENT, PLAN_ITEM, FOLLOW_UP)
    starts = ("draft", "new", "draft", "planned", "proposed", "proposed", "scheduled")
    assert tuple(table.initial for table in tables) == starts


def test_a_step_that_is_not_there_says_what_is() -> None:
    with pytest.raises(TransitionRefused) as refused:
        advance(APPOINTMENT, "proposed", "arrive", "desk")
    assert str(refused.value) == (
        "appointment: `arrive` cannot happen from `proposed`; allowed is book (family, desk, clerk); "
        "withdraw (family, desk, clerk, system)"
    )


def test_a_step_of_somebody_else_says_whose_it_is() -> None:
    with pytest.raises(TransitionRefused, match=r"`accept` from `requested` is not for family; it is for desk"):
        advance(REFERRAL, "requested", "accept", "family")


def test_an_unknown_state_is_refused_with_the_known_ones() -> None:
    with pytest.raises(TransitionRefused, match=r"`lost` is no state of it; the states are proposed, approved"):
        advance(PLAN_ITEM, "lost", "cancel", "supervisor")


def test_nothing_is_done_twice_by_a_star() -> None:
    with pytest.raises(TransitionRefused):
        advance(APPLICATION, "withdrawn", "withdraw", "family")


def test_a_case_is_closed_by_the_supervisor_on_the_researchers_word() -> None:
    row = step(CASE, "active", "close", "supervisor")
    assert row.proposed_by == "researcher"
    with pytest.raises(TransitionRefused):
        advance(CASE, "active", "close", "researcher")


def test_each_rung_of_the_ladder_is_climbed_once() -> None:
    climbed = []
    rung: str | None = "awaiting-ack"
    while rung is not None:
        rung = next_rung(rung)
        climbed.append(rung)
    assert tuple(climbed) == (*LADDER, None)


def test_business_statuses_written_by_the_table_are_known() -> None:
    written = {row.business_status for row in REFERRAL.transitions if row.business_status}
    assert written | set(LADDER) <= set(BUSINESS_STATUSES)


def test_the_desk_sees_only_its_own_buttons() -> None:
    assert allowed_events(REFERRAL, "received", "desk") == ("accept", "reject", "transfer")
    assert allowed_events(REFERRAL, "received", "volunteer") == ()


def test_two_rows_for_the_same_step_are_refused() -> None:
    row = Transition("a", "go", "b", "desk")
    with pytest.raises(ValueError, match="two rows"):
        Lifecycle("twice", "a", (row, row))


@pytest.mark.parametrize("table", LIFECYCLES.values(), ids=lambda table: table.name)
def test_every_state_can_be_reached(table: Lifecycle) -> None:
    reached = {table.initial}
    for _ in table.states:
        for row in table.transitions:
            if any(row.starts_from(state) for state in reached):
                reached.add(row.target)
    assert set(table.states) <= reached

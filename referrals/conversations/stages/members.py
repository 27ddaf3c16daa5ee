"""The members of an open repeat: a list of them to choose from, one to be changed, one to be taken out, asked once."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.interview import Asked, Event, MemberLine, MemberRemoved, Prompt, ReviewLine
from dialogs.interview.layout import layout_of
from dialogs.interview.option_ids import read_option_id
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.asking.prompting import member_name
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard, button_id
from referrals.conversations.interviews.sessions import StoredSession, ask_once_more, review_lines_of
from referrals.conversations.stages.asides import ask_in
from referrals.messages import Choice, Message

REMOVE = ":!remove"
REMOVING = "removing"  # the option that a yes is awaited for
MEMBERS, MEMBER = "members", "member"


def about_a_member(desk: Desk, stored: StoredSession, heard: Heard) -> bool:
    """The list of members, or one of them with what can be done; a removal is asked about before it is done."""
    waiting = desk.state.pop(REMOVING, "")
    member = _member_of(stored, heard.option) if heard.option.endswith(REMOVE) else ""
    if member:
        if heard.option != waiting:
            _ask_removal(desk, heard.option, _named(desk, review_lines_of(desk, stored), member))
            return True
        desk.state[REMOVING] = waiting  # the second tap: it is done now
        return False
    if heard.stage != INTERVIEW or heard.value not in (MEMBERS, MEMBER):
        return False
    prompt = _another(desk, stored)
    wanted = heard.number()
    if prompt is None:
        return False
    if heard.value == MEMBERS:
        _list(desk, prompt, wanted)
        return True
    line = next((each for each in prompt.members if each.number == wanted), None)
    if line is not None:
        _one(desk, line, prompt.label)
    return line is not None


def ask_first(desk: Desk, stored: StoredSession, events: Sequence[Event], heard: Heard) -> bool:
    """«احذفوا الثاني», in words: asked before it is kept; True when it was asked and nothing is to be kept."""
    removed = next((event for event in events if isinstance(event, MemberRemoved)), None)
    if removed is None or desk.state.pop(REMOVING, "") == (heard.option or None):
        return False
    lines = review_lines_of(desk, stored)
    member = f"{removed.ref}[{removed.index}]"
    option = next((line.remove for line in lines if line.ref.startswith(f"{member}/") and line.remove), "")
    if option:
        _ask_removal(desk, option, _named(desk, lines, member))
    return bool(option)


def _member_of(stored: StoredSession, option: str) -> str:
    """Which member a button is about («/data/member[2]»); blank where it is of another interview."""
    tapped = read_option_id(layout_of(stored.form), stored.session, option)
    return tapped.ref[: tapped.ref.rindex("]") + 1] if tapped is not None and "]" in tapped.ref else ""


def _another(desk: Desk, stored: StoredSession) -> Prompt | None:
    asked = (event.prompt for event in ask_once_more(desk, stored) if isinstance(event, Asked))
    return next((prompt for prompt in asked if prompt.kind == "another"), None)


def _list(desk: Desk, prompt: Prompt, page: int) -> None:
    lines = prompt.members
    size = desk.capabilities.page
    page = min(page, max(-(-len(lines) // size) - 1, 0))
    here = lines[page * size : (page + 1) * size]
    choices = [
        Choice(button_id(INTERVIEW, MEMBER, line.number), member_name(desk, line, prompt.label), number=line.number)
        for line in here
    ]
    if page:
        choices.append(desk.choice(INTERVIEW, MEMBERS, "button.earlier_answers", page - 1))
    if (page + 1) * size < len(lines):
        choices.append(desk.choice(INTERVIEW, MEMBERS, "button.more_answers", page + 1))
    _say(desk, desk.voice.say("interview.which_member"), choices)


def _one(desk: Desk, line: MemberLine, label: str) -> None:
    choices = [
        Choice(line.edit, desk.voice.say("button.change_member")),
        Choice(line.remove, desk.voice.say("button.remove_member")),
        desk.choice(INTERVIEW, "again", "button.leave_member"),
    ]
    _say(desk, desk.voice.say("interview.member_what", member=member_name(desk, line, label)), choices)


def _ask_removal(desk: Desk, option: str, member: str) -> None:
    desk.state[REMOVING] = option
    choices = [
        Choice(option, desk.voice.say("button.remove_yes")),
        desk.choice(INTERVIEW, "again", "button.leave_member"),
    ]
    _say(desk, desk.voice.say("interview.remove_sure", member=member), choices)


def _named(desk: Desk, lines: Sequence[ReviewLine], member: str) -> str:
    """What tells that member from the others: its answers, but for those that nobody else should read."""
    mine = [line for line in lines if line.ref.startswith(f"{member}/")]
    known = [desk.voice.number(line.shown) for line in mine if line.shown and not line.sensitive]
    position = member.rpartition("[")[2].rstrip("]")
    if not known:
        label = next((line.repeat.label for line in mine if line.repeat is not None), "")
        key = "interview.member_named" if label else "interview.member"
        return desk.voice.say(key, index=int(position), label=label)
    return "، ".join(known) if desk.language == "ar" else ", ".join(known)


def _say(desk: Desk, text: str, choices: Sequence[Choice]) -> None:
    ask_in(desk, Message(text, tuple(choices), purpose="interview", language=desk.language))

"""One turn: what a person said is heard against the pending question, and the session moves as it must."""

from __future__ import annotations

from dialogs.interview.cascading import path_understood
from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.disclosing import marked_as_danger
from dialogs.interview.events import (
    Asked,
    AskedAgain,
    DangerDisclosed,
    Event,
    Misunderstood,
    Reason,
    Reviewed,
    Skipped,
)
from dialogs.interview.heard import Heard
from dialogs.interview.offering import MEDIA_KINDS
from dialogs.interview.packing import packed
from dialogs.interview.passing import ask_newcomers, counts, pass_over
from dialogs.interview.prefilling import offer_facts
from dialogs.interview.prompting import notes_before, prompt_for
from dialogs.interview.session import UNWRITTEN, EntryKind
from dialogs.interview.showing import answer_shown, review_lines
from dialogs.interview.standing import may_stay_blank
from dialogs.interview.telling import answered, misunderstood, told, vanished, without_answered


class Turn:
    """The moves of one turn over a course; `events` gathers what happened, in order."""

    def __init__(self, course: Course, *, pack: bool = False) -> None:
        self.course = course
        self.pack = pack
        self.events: list[Event] = []

    # ------------------------------------------------------------------------------------------------ where we stand

    @property
    def pending(self) -> str:
        return self.course.session.pending

    def settle_pending(self) -> None:
        """Point at a question that exists: time or a new form version may have taken the pending one away."""
        session = self.course.session
        if session.status in {"asking", "editing"} and session.pending not in self.course.steps():
            self.course.change(attempts=0, draft=None, offers=())
            self.go_on()

    def go_on(self, **also: object) -> None:
        """Point at the first open question, or at the review when there is none; `also` are changes that go with it."""
        course = self.course
        passed, following = pass_over(course)
        self.events += passed
        if not following:
            course.change(pending="", status="reviewing", **also)
        elif course.session.status == "editing":
            course.change(pending=following, **also)
        else:
            course.change(pending=following, status="asking", **also)

    def say_where(self, *, choosing: bool = False) -> None:
        """End the turn: the question, or the review.

        A guess that is no longer in sight is dropped: a «نعم» to the plain question must not take it.
        """
        if self.course.session.offers and not any(isinstance(event, Misunderstood) for event in self.events):
            self.course.change(offers=())
        status = self.course.session.status
        if status in {"asking", "editing"}:
            if self._is_unheard(self.pending):
                kind = self.course.instance.node(self.pending).question.kind
                self.events.append(AskedAgain(self.pending, kind in MEDIA_KINDS))
            prompt = prompt_for(self.course, self.pending)
            if self.pack:
                prompt = packed(self.course, prompt)
            if prompt.halfway:
                self.course.change(past_half=True)
            self.events.append(Asked(prompt))
        elif status == "reviewing":
            complete = not self.course.next_open()
            notes = notes_before(self.course, "") if complete else ()
            self.events.append(Reviewed(review_lines(self.course), complete, choosing, notes))

    def _is_unheard(self, ref: str) -> bool:
        """True when what was sent here could not be made out and nothing was said about it since."""
        entry = self.course.last_entries().get(ref)
        return entry is not None and entry.kind == "unheard" and not self.course.session.attempts

    # ------------------------------------------------------------------------------------------------------- answers

    def accept(self, heard: Heard) -> None:
        """Store what was heard, when the form takes it, and go on."""
        if not heard.value and heard.kind not in UNWRITTEN:
            self.skip()
        elif heard.further:
            self._accept_path(heard)
        elif not self.take(heard):
            self.misunderstand("constraint")
        elif not self.danger():
            self.say_where()

    def _accept_path(self, heard: Heard) -> None:
        """Store what the words answer here and to later questions; one that the form refuses is asked."""
        ref = self.pending
        if not self.take(Heard(heard.value)):
            self.misunderstand("constraint")
            return
        for further, value in heard.further:
            if self.danger() or further not in self.course.steps():
                break
            self.course.change(pending=further, attempts=0, draft=None, offers=())
            if not self.take(Heard(value)):
                break
        else:
            echo = path_understood(self.course, ref, heard) if heard.echo else None
            self.events += [echo] if echo is not None else []
        self.events = without_answered(self.events, {further for further, _ in heard.further})
        if not self.danger():
            self.say_where()

    def take(self, heard: Heard) -> bool:
        """Store what was heard and point at the next question; False, and nothing changed, if the form refuses it."""
        ref, value = self.pending, heard.value or ""
        mark, members = self.course.mark(), counts(self.course)
        kind: EntryKind = "answer" if heard.kind == "file" else heard.kind
        offered = self.course.session
        said = heard.said or (offered.offered_said if value in offered.offers else "")
        self.course.write(ref, value, kind, heard.media, said)
        if not self._taken(ref, value):
            self.course.take_back(mark)
            return False
        self.events += [*told(self.course, ref, heard), *vanished(self.course, mark, ref)]
        under_age = offer_facts(self.course, ref)
        if under_age is not None:
            self.events.append(under_age)
        if members:
            ask_newcomers(self.course, members)
        self.leave(ref)
        if marked_as_danger(self.course.form.question(ref), value):
            self.events.append(DangerDisclosed(words=False))
        return True

    def danger(self) -> bool:
        """True when danger was disclosed in this turn: no question follows."""
        return DangerDisclosed in map(type, self.events)

    def _taken(self, ref: str, value: str) -> bool:
        now = self.course.instance.node(ref)
        return now.constraint_ok and bool(now.value or not value)

    def leave(self, ref: str) -> None:
        """Put the question on the way back and go on to the next."""
        history = self.course.session.history
        if ref in history:
            history = tuple(step for step in history if step != ref)
        self.go_on(history=(*history, ref), attempts=0, draft=None, offers=(), stale="", dropped=())

    def keep(self) -> None:
        """Leave the pending question as it was answered before."""
        ref = self.pending
        state = self.course.instance.node(ref)
        if not self.course.settled(ref, self.course.last_entries()):
            self.accept(Heard(state.value))
            return
        if state.value:
            self.events.append(answered(self.course, ref))
        self.leave(ref)
        self.say_where()

    def skip(self) -> None:
        """Leave the question blank if the author allows it; an answer given before stands."""
        ref = self.pending
        state = self.course.instance.node(ref)
        if self.course.settled(ref, self.course.last_entries()) and self.course.session.draft is None:
            self.keep()
        elif not may_stay_blank(state):
            self.misunderstand("required")
        else:
            self.leave_blank(ref)
            self.say_where()

    def leave_blank(self, ref: str) -> bool:
        """Leave the question blank and point at the next; False, and nothing changed, if its author wants an answer."""
        if not may_stay_blank(self.course.instance.node(ref)):
            return False
        mark = self.course.mark()
        self.course.write(ref, "", "skip")
        self.events += [Skipped(ref), *vanished(self.course, mark, ref)]
        self.leave(ref)
        return True

    # ----------------------------------------------------------------------------------------------- not understood

    def misunderstand(self, reason: Reason, offers: tuple[str, ...] = (), said: str = "") -> None:
        """Count the attempt, offer what may have been meant, ask again; `said` are words to keep beside the offers."""
        course, ref = self.course, self.pending
        attempt = course.session.attempts + 1
        course.change(attempts=attempt, offers=offers, offered_said=said)
        if course.session.status == "reviewing" or ref.startswith(ANOTHER):
            self.events.append(Misunderstood(ref.removeprefix(ANOTHER), attempt, reason))
        else:
            self.events.append(misunderstood(course, ref, reason, offers))
        self.say_where()

    def shown_now(self, ref: str) -> str:
        """The answer at `ref` in words."""
        return answer_shown(self.course, ref)

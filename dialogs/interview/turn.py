"""One turn: what a person said is heard against the pending question, and the session moves as it must."""

from __future__ import annotations

from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.events import (
    Answered,
    Asked,
    DangerDisclosed,
    Event,
    FileKept,
    Misunderstood,
    Option,
    Reason,
    Reviewed,
    Skipped,
    Vanished,
    VoiceKept,
)
from dialogs.interview.heard import Heard
from dialogs.interview.hearing import example_for
from dialogs.interview.prompting import chosen_names, make_option, notes_before, prompt_for
from dialogs.interview.session import EntryKind
from dialogs.interview.showing import (
    answer_shown,
    choice_labels,
    label_of,
    line_of,
    review_lines,
    sensitive,
    value_shown,
)


class Turn:
    """The moves of one turn over a course; `events` gathers what happened, in order."""

    def __init__(self, course: Course) -> None:
        self.course = course
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

    def go_on(self) -> None:
        """Point at the first open question, or at the review when there is none."""
        open_steps = self.course.open_steps()
        if open_steps:
            status = "editing" if self.course.session.status == "editing" else "asking"
            self.course.change(pending=open_steps[0], status=status)
        else:
            self.course.change(pending="", status="reviewing")

    def say_where(self, *, choosing: bool = False) -> None:
        """End the turn: the question, or the review."""
        status = self.course.session.status
        if status in {"asking", "editing"}:
            prompt = prompt_for(self.course, self.pending)
            if prompt.halfway:
                self.course.change(past_half=True)
            self.events.append(Asked(prompt))
        elif status == "reviewing":
            complete = not self.course.open_steps()
            notes = notes_before(self.course, "") if complete else ()
            self.events.append(Reviewed(review_lines(self.course), complete, choosing, notes))

    # ------------------------------------------------------------------------------------------------------- answers

    def accept(self, heard: Heard) -> None:
        """Store what was heard, when the form takes it, and go on."""
        ref, value = self.pending, heard.value or ""
        state = self.course.instance.node(ref)
        if not value and heard.kind != "voice":
            self.skip()
            return
        before = self.course.before()
        kind: EntryKind = "voice" if heard.kind == "voice" else "answer"
        self.course.write(ref, value, kind, heard.media)
        if not self._taken(ref, value):
            self.course = before
            self.misunderstand("constraint")
            return
        self._tell_answer(ref, heard)
        self._tell_vanished(before, ref)
        self.leave(ref)
        marked = set(state.question.chat.get("danger", "").replace("|", " ").replace(",", " ").split())
        if marked & set(value.split()):
            self.events.append(DangerDisclosed(words=False))
        else:
            self.say_where()

    def _taken(self, ref: str, value: str) -> bool:
        now = self.course.instance.node(ref)
        return now.constraint_ok and bool(now.value or not value)

    def _tell_answer(self, ref: str, heard: Heard) -> None:
        if heard.kind == "voice":
            self.events.append(VoiceKept(ref, heard.media))
        elif heard.kind == "file":
            self.events.append(FileKept(ref, heard.media))
        else:
            self.events.append(self._answered(ref))

    def _answered(self, ref: str) -> Answered:
        course = self.course
        state = course.instance.node(ref)
        shown = value_shown(course, ref, state.value)
        return Answered(ref, label_of(course, ref), state.value, shown, sensitive(course, ref), state.question.kind)

    def _tell_vanished(self, before: Course, changed: str) -> None:
        left = self.course.answered_values()
        gone = [ref for ref in before.answered_values() if ref not in left and ref != changed]
        if gone:
            lines = tuple(line_of(before, ref, number) for number, ref in enumerate(gone, start=1))
            self.events.append(Vanished(lines))

    def leave(self, ref: str) -> None:
        """Put the question on the way back and go on to the next."""
        kept = tuple(step for step in self.course.session.history if step != ref)
        self.course.change(history=(*kept, ref), attempts=0, draft=None, offers=(), stale="", dropped=())
        self.go_on()

    def keep(self) -> None:
        """Leave the pending question as it was answered before."""
        ref = self.pending
        state = self.course.instance.node(ref)
        if not self.course.settled(ref, self.course.last_entries()):
            self.accept(Heard(state.value))
            return
        if state.value:
            self.events.append(self._answered(ref))
        self.leave(ref)
        self.say_where()

    def toggle(self, name: str) -> None:
        """Mark or unmark one choice of several; nothing is stored until «done»."""
        chosen = list(chosen_names(self.course, self.pending))
        if name in chosen:
            chosen.remove(name)
        else:
            chosen.append(name)
        self.course.change(draft=tuple(chosen))
        self.say_where()

    def finish_toggling(self) -> None:
        """Store the marked choices, in the form's order (a ranking keeps its own)."""
        draft = self.course.session.draft
        if draft is None:
            self.skip()  # which keeps what was answered before
            return
        order = list(choice_labels(self.course, self.pending))
        if self.course.instance.node(self.pending).question.kind != "rank":
            draft = tuple(name for name in order if name in draft)
        self.accept(Heard(" ".join(draft)))

    def skip(self) -> None:
        """Leave the question blank if the author allows it; an answer given before stands."""
        ref = self.pending
        state = self.course.instance.node(ref)
        if self.course.settled(ref, self.course.last_entries()) and self.course.session.draft is None:
            self.keep()
        elif state.required:
            self.misunderstand("required")
        else:
            before = self.course.before()
            self.course.write(ref, "", "skip")
            self.events.append(Skipped(ref))
            self._tell_vanished(before, ref)
            self.leave(ref)
            self.say_where()

    # ----------------------------------------------------------------------------------------------- not understood

    def misunderstand(self, reason: Reason, offers: tuple[str, ...] = ()) -> None:
        """Count the attempt, offer what may have been meant, ask again."""
        course, ref = self.course, self.pending
        attempt = course.session.attempts + 1
        course.change(attempts=attempt, offers=offers)
        if course.session.status == "reviewing" or ref.startswith(ANOTHER):
            self.events.append(Misunderstood(ref.removeprefix(ANOTHER), attempt, reason))
        else:
            message = ""
            if reason == "constraint":
                message = course.instance.constraint_message(ref, course.language)
            elif reason == "required":
                message = course.instance.required_message(ref, course.language)
            example = example_for(course, ref)
            self.events.append(Misunderstood(ref, attempt, reason, message, example, self._candidates(offers)))
        self.say_where()

    def _candidates(self, offers: tuple[str, ...]) -> tuple[Option, ...]:
        labels = choice_labels(self.course, self.pending)
        options = []
        for place, value in enumerate(offers):
            if value in labels:
                options.append(make_option(self.course, self.pending, value, labels[value]))
            else:
                shown = value_shown(self.course, self.pending, value)
                options.append(make_option(self.course, self.pending, f"!value{place}", shown))
        return tuple(options)

    def shown_now(self, ref: str) -> str:
        """The answer at `ref` in words."""
        return answer_shown(self.course, ref)

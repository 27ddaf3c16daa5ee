"""One turn's context: who speaks on which channel, what is pending, what we answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from referrals.appointments.calling import ask_to_call
from referrals.conversations import statements
from referrals.conversations.heard import Offered, button_id
from referrals.conversations.records import Conversation
from referrals.conversations.speaking import in_our_digits, voice_of
from referrals.definitions.in_force import programmes, settings_of, text_of
from referrals.definitions.settings import Settings
from referrals.families.records import Identity
from referrals.messages import CAPABILITIES, Capabilities, Choice, Message, Purpose
from referrals.outbox.owe import cancel_owed, owe
from referrals.protection.danger import left_alone
from referrals.senders.records import SenderProgramme
from referrals.store.unit_of_work import UnitOfWork
from referrals.texts import Voice

STATE = "conversation.state"
BEGINNING = "beginning"
IDLE = "idle"
# nothing is under way that a person could lose
RESTING = (
    IDLE,
    "menu",
    "slot",
    "trip",
    "wait",
    "visit",
    "reminder",
    "outcome",
    "more",
    "elsewhere",
    "info",
    "decision",
)


class TwoTurnsAtOnce(RuntimeError):
    """Another worker handled this family at the same moment; the turn runs again on what it left."""


@dataclass
class Desk:
    """The front desk as one person meets it in one turn. `state` holds only JSON values and is sealed when saved."""

    uow: UnitOfWork
    at: datetime
    reason: str
    """Why something is said: `turn:<inbox id>`, `offer:<appointment id>`. What is owed is keyed by it, once."""
    inbox_id: int | None
    sender_id: int
    identity_id: int
    person_id: int
    data_key_id: int
    channel: str
    readers: str
    thread_id: int
    version: int
    programme_id: str | None
    language: str
    stage: str
    state: dict[str, Any]
    session_id: int | None
    seen_at: datetime | None
    owed: list[Message] = field(default_factory=list)
    released: int = 0
    """How many messages had waited for them to write, and are due now."""
    took_up: bool = False
    """What had been put off is pending again, and is to be asked again."""
    answered: str = ""
    """The message of ours that this answers, by the platform's id, where the channel says so."""
    answered_beside: bool = False
    """Somebody else of this telephone was answered, and there is nothing more to say."""
    own_word: bool | None = None
    """Whether this person wants messages here, where a telephone is shared; else it is said of the telephone."""
    touched: str = ""
    """The message of ours whose button they tapped, by the platform's id, where the channel lets us change it."""
    form_id: int | None = None
    """The version of the form of the interview under way, once it was read."""
    answers: bool = False
    """They wait for this word although no message of theirs began it: a form that they sent, a preference."""
    wish: str = ""
    """Something they asked for in the middle of an interview: granted first, then the question comes again."""
    _voice: Voice | None = None

    # -- who we are in this conversation

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES[self.channel]

    @property
    def settings(self) -> Settings:
        """The programme's settings; only to be asked for once the programme is known."""
        if self.programme_id is None:
            raise LookupError("this conversation has no programme yet")
        return settings_of(self.uow, self.programme_id)

    @property
    def voice(self) -> Voice:
        if self._voice is None or self._voice.language != self.language:
            self._voice = voice_of(self.uow, self.programme_id, self.language)
        return self._voice

    @property
    def may_message(self) -> bool:
        """Whether we may write here without being asked; «لا ترسلوا شيئاً» was answered where not."""
        if self.own_word is not None:
            return self.own_word
        mine = select(Identity.may_message).where(Identity.id == self.identity_id)
        return bool(self.uow.connection.execute(mine).scalar_one())

    @property
    def is_shared(self) -> bool:
        """Whether others have a conversation of their own on this telephone."""
        others = select(Conversation.id).where(
            Conversation.identity_id == self.identity_id, Conversation.person_id != self.person_id
        )
        return self.uow.connection.execute(others.limit(1)).first() is not None

    def enter_programme(self, programme_id: str) -> None:
        self.programme_id = programme_id
        self._voice = None

    def speak(self, language: str) -> None:
        self.language = language
        self._voice = None

    def programme_ids(self) -> list[str]:
        """The programmes that this sender speaks for."""
        mine = select(SenderProgramme.programme_id).where(SenderProgramme.sender_id == self.sender_id)
        allowed = set(self.uow.connection.execute(mine).scalars())
        return [programme.id for programme in programmes(self.uow) if programme.id in allowed]

    def text(self, kind: str, name: str) -> tuple[int | None, str]:
        """A programme's text in this language (Arabic where it has none) and the id of its version."""
        assert self.programme_id is not None
        found, words = text_of(self.uow, self.programme_id, kind, f"{name}.{self.language}")
        return (found, words) if words else text_of(self.uow, self.programme_id, kind, f"{name}.ar")

    # -- what we answer

    def choice(self, stage: str, value: str, key: str, *rest: str | int, **values: object) -> Choice:
        return Choice(button_id(stage, value, *rest), self.voice.say(key, **values))

    def tell(self, text: str, choices: Sequence[Choice] = (), *, purpose: Purpose = "service", **more: Any) -> None:
        """Says something that leaves the pending thing as it is."""
        message = Message(text, tuple(choices), purpose=purpose, language=self.language, **more)
        self.owed.append(message)

    def say(self, key: str, choices: Sequence[Choice] = (), *, purpose: Purpose = "service", **values: object) -> None:
        self.tell(self.voice.say(key, **values), choices, purpose=purpose)

    def ask(self, stage: str, text: str, choices: Sequence[Choice] = (), **more: Any) -> None:
        """Says something and makes its answer the one pending thing."""
        self.pend(stage, choices)
        self.state["question"] = text.rsplit("\n", 1)[-1]
        self.tell(text, choices, **more)

    def pend(self, stage: str, choices: Sequence[Choice] = ()) -> None:
        if stage != self.stage:
            self.state.pop("misses", None)
        self.state.pop("question", None)
        self.stage = stage
        self.state["offered"] = [[choice.id, choice.label] for choice in choices]

    @property
    def question(self) -> str:
        """What the pending thing asked, in one line; blank where it asks in its own way."""
        return str(self.state.get("question", ""))

    def offered(self, name: str = "offered") -> list[Offered]:
        """The buttons of the pending thing (`offered`), or of what was asked beside it (`aside`)."""
        return [Offered(*pair) for pair in self.state.get(name, [])]

    @property
    def just_asked(self) -> bool:
        """Whether the last thing said is the pending question itself, with its buttons."""
        said = [choice.id for choice in self.owed[-1].choices] if self.owed else []
        return bool(said) and said == [button.id for button in self.offered()]

    def missed(self) -> int:
        """How often in a row the pending thing was not understood, this time counted."""
        self.state["misses"] = int(self.state.get("misses", 0)) + 1
        return int(self.state["misses"])

    def put_off(self) -> None:
        """Keeps the pending thing while something else comes first; `take_up` brings it back."""
        if "kept" not in self.state:
            kept = {name: self.state[name] for name in ("offered", "question") if name in self.state}
            self.state["kept"] = {"stage": self.stage, **kept}

    def take_up(self) -> None:
        """What was put off is pending again."""
        kept = self.state.pop("kept", None)
        if kept is not None:
            self.took_up = True
            self.stage = kept.pop("stage")
            self.state |= {"offered": [], "question": "", **kept}
            self.state.pop("misses", None)

    def beside(self, stage: str, text: str, choices: Sequence[Choice] = (), **more: Any) -> None:
        """Asks something without pushing aside what is pending: it is the pending thing only where nothing was."""
        if self.stage in (*RESTING, stage):
            self.ask(stage, text, choices, **more)
        else:
            self.state["aside"] = [[choice.id, choice.label] for choice in choices]
            self.tell(text, choices, **more)

    # -- the identity

    def set_identity(self, **values: object) -> None:
        self.uow.connection.execute(update(Identity).where(Identity.id == self.identity_id).values(**values))

    def want_messages(self, wanted: bool) -> None:
        """Their answer to whether we may write here: their own where others use this telephone too."""
        if not self.is_shared:
            self.set_identity(may_message=wanted)
            return
        self.say_of_own(wanted)

    def say_of_own(self, wanted: bool | None) -> None:
        """Whether this person wants messages here, whatever holds for the others of the telephone."""
        self.own_word = wanted
        mine = update(Conversation).where(Conversation.id == self.thread_id)
        self.uow.connection.execute(mine.values(may_message=wanted))

    def hush(self) -> None:
        """Nothing is sent any more until they write."""
        cancel_owed(
            self.uow,
            self.identity_id,
            purposes=("interview", "service", "reminder", "campaign"),
            reason="asked for silence",
        )
        self.set_identity(silent_until_written=True)

    # -- keeping it

    @property
    def reminding(self) -> bool:
        """Whether the clock speaks here of an appointment: then everything said goes one way, in order."""
        return self.reason.startswith("reminder:")

    def save(self) -> None:
        """Writes the thread and what is owed; raises `TwoTurnsAtOnce` when somebody was faster."""
        row = {
            "row_id": self.thread_id,
            "seen_version": self.version,
            "person_id": self.person_id,
            "programme_id": self.programme_id,
            "language": self.language,
            "stage": self.stage,
            "state_sealed": self.uow.vault.seal_json(self.data_key_id, self.state, STATE),
            "session_id": self.session_id,
            "updated_at": self.at,
        }
        if statements.SAVE_THREAD.value(self.uow.connection, **row) is None:
            raise TwoTurnsAtOnce(TwoTurnsAtOnce.__doc__)
        self.owe_only()

    def become(self, other: Desk) -> None:
        """Another person of this telephone stands here from now on: this thread is kept as it is, with nothing said."""
        self.owed.clear()
        self.save()
        for name in ("person_id", "data_key_id", "thread_id", "version", "programme_id", "language", "own_word"):
            setattr(self, name, getattr(other, name))
        for name in ("stage", "state", "session_id", "seen_at", "form_id", "wish", "readers"):
            setattr(self, name, getattr(other, name))
        self._voice = None

    def owe_only(self) -> None:
        """Writes what is owed and leaves the thread as it is; nothing unasked to who may be in danger."""
        if self.is_left_alone():
            self._leave_to_staff()
        for position, message in enumerate(self.owed):
            # a reminder's own message is known by its reason alone; the question that follows it comes after
            self._owe(message, f"{self.reason}:{position}" if position or not self.reminding else self.reason)

    def is_left_alone(self) -> bool:
        """Whether what is owed was not asked for, and they may be in danger: then a person decides what they hear."""
        if self.inbox_id is not None or self.answers or all(each.purpose == "safety" for each in self.owed):
            return False
        return left_alone(self.uow, self.person_id)

    def _leave_to_staff(self) -> None:
        """Only who may read of a danger is asked to find a way."""
        self.owed = [each for each in self.owed if each.purpose == "safety"]
        ask_to_call(self.uow, self.person_id, self.programme_id, self.at, restricted=True)

    def _owe(self, message: Message, key: str) -> None:
        owe(
            self.uow,
            in_our_digits(message, self.voice),
            key=key,
            lane="reminder" if message.purpose == "reminder" or self.reminding else "reply",
            sender_id=self.sender_id,
            identity_id=self.identity_id,
            data_key_id=self.data_key_id,
            programme_id=self.programme_id,
            at=self.at,
            due_at=None if self.inbox_id is not None else self._not_before(),
        )

    def _not_before(self) -> datetime | None:
        """What nobody asked for now waits for the end of their own quiet hours."""
        from referrals.families.standing import not_before  # it needs conversations

        return not_before(self.uow, self.identity_id, self.programme_id, self.at)


def open_desk(
    uow: UnitOfWork,
    identity_id: int,
    at: datetime,
    *,
    reason: str,
    inbox_id: int | None = None,
    person_id: int | None = None,
    answers: bool = False,
) -> Desk:
    """The desk of who speaks at an identity now, or of `person_id` there; a new thread is begun when there is none.

    `answers` where they wait for what is said here although no message of theirs began it: a form that they sent, or
    what a person decided to tell them.
    """
    if person_id is None:
        row = statements.THREAD.all(uow.connection, identity_id=identity_id)[0]
    else:
        row = statements.THREAD_OF.all(uow.connection, identity_id=identity_id, person_id=person_id)[0]
    new: dict[str, Any] = {}
    if row.id is None:
        new = {"language": "ar", "stage": BEGINNING, "version": 0}
        sealed = uow.vault.seal_json(row.data_key_id, {}, STATE)
        new["id"] = statements.NEW_THREAD.value(
            uow.connection,
            identity_id=identity_id,
            person_id=row.person_id,
            sender_id=row.sender_id,
            language="ar",
            stage=BEGINNING,
            state_sealed=sealed,
            version=0,
            updated_at=at,
        )
    return Desk(
        uow=uow,
        at=at,
        reason=reason,
        inbox_id=inbox_id,
        sender_id=row.sender_id,
        identity_id=identity_id,
        person_id=row.person_id,
        data_key_id=row.data_key_id,
        channel=row.channel,
        readers=row.readers,
        thread_id=new.get("id", row.id),
        version=new.get("version", row.version),
        programme_id=row.programme_id,
        language=new.get("language", row.language),
        stage=new.get("stage", row.stage),
        state=uow.vault.open_json(row.state_sealed, STATE) if row.state_sealed else {},
        session_id=row.session_id,
        seen_at=row.updated_at,
        own_word=row.may_message,
        answers=answers,
    )

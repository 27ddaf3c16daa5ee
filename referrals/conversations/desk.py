"""One turn's context: who speaks on which channel, what is pending, what we answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from referrals.conversations.heard import Offered, button_id
from referrals.conversations.pending import RESTING
from referrals.conversations.records import Conversation
from referrals.conversations.speaking import voice_of
from referrals.definitions.in_force import programmes, settings_of, text_of
from referrals.definitions.settings import Settings
from referrals.families.records import Identity
from referrals.messages import CAPABILITIES, Capabilities, Choice, Message, Purpose
from referrals.outbox.owe import cancel_owed
from referrals.senders.records import SenderProgramme
from referrals.store.unit_of_work import UnitOfWork
from referrals.texts import Voice


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
    belonged: tuple[int, str | None, int | None] | None = None
    """The person, programme and interview of the thread as it is stored."""
    answers: bool = False
    """They wait for this word although no message of theirs began it: a form that they sent, a preference."""
    wish: str = ""
    """Something they asked for in the middle of an interview: granted first, then the question comes again."""
    _voice: Voice | None = None

    # -- who we are in this conversation

    @property
    def belongs(self) -> tuple[int, str | None, int | None]:
        return self.person_id, self.programme_id, self.session_id

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
        self.forget_voice()

    def speak(self, language: str) -> None:
        self.language = language
        self.forget_voice()

    def forget_voice(self) -> None:
        """The programme or the language is another: what is said from now on is worded anew."""
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

    # -- whether we may write here

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

"""Members of an open repeat: added, listed, changed, taken out and brought back."""

from __future__ import annotations

from dialogs.interview import Answered, MemberRemoved, MembersFull, Reviewed, Said, StaleButton, Vanished, WentBack
from tests.dialogs.interview.chatting import Chat
from tests.dialogs.interview.forms import HOUSES, MEMBERS


def with_two_debts() -> Chat:
    chat = Chat(MEMBERS)
    chat.say("فاطمة", "٥٠", "البقال", "نعم", "٧٠", "الجار")
    assert (chat.prompt.kind, chat.prompt.ref) == ("another", "/data/debt")
    return chat


def at_review() -> Chat:
    chat = with_two_debts()
    chat.say("لا", "تخطي", "لا", "تخطي")
    assert chat.one(Reviewed).complete
    return chat


def test_asking_for_one_more_lists_those_there_are() -> None:
    chat = with_two_debts()
    assert [(line.number, line.shown) for line in chat.prompt.members] == [(1, "البقال"), (2, "الجار")]
    assert chat.prompt.repeat is not None
    assert (chat.prompt.repeat.count, chat.prompt.repeat.label) == (2, "الدين")


def test_a_member_is_taken_out_by_words_and_back_brings_it_back() -> None:
    for words in ("احذف الثاني", "شيل رقم 2", "احذف الجار", "شيل الأخير"):
        chat = with_two_debts()
        chat.say(words)
        assert chat.one(MemberRemoved) == MemberRemoved("/data/debt", 2, "الجار", 1)
        assert chat.prompt.kind == "another"
        assert chat.answers.all_by_name("amount") == ("50",)
        chat.say("رجوع")
        assert chat.one(WentBack).ref == "/data/debt[2]"
        assert chat.answers.all_by_name("amount") == ("50", "70")


def test_the_first_goes_and_the_second_moves_up_with_its_answers() -> None:
    chat = with_two_debts()
    chat.hear(Said(choice=chat.prompt.members[0].remove))
    assert chat.one(MemberRemoved).shown == "البقال"
    assert chat.answers["/data/debt[1]/amount"] == "70"
    chat.say("نعم", "٩٠", "الصيدلية", "رجوع")
    assert (chat.prompt.ref, chat.prompt.current) == ("/data/debt[2]/lender", "الصيدلية")
    chat.say("رجوع", "رجوع")
    assert (chat.prompt.ref, chat.prompt.current) == ("/data/debt[1]/lender", "الجار")


def test_all_may_go_and_new_ones_come() -> None:
    chat = with_two_debts()
    chat.say("احذف ١", "احذف ١")
    assert (chat.one(MemberRemoved).left, chat.prompt.kind, chat.prompt.members) == (0, "another", ())
    chat.say("نعم")
    assert chat.prompt.ref == "/data/debt[1]/amount"
    chat.say("٣٠", "تخطي", "لا")
    assert chat.prompt.name == "secret"
    assert "<amount>30</amount>" in chat.xml


def test_none_at_all_is_an_answer_too() -> None:
    chat = with_two_debts()
    chat.say("احذف ١", "احذف ١", "لا")
    assert chat.prompt.name == "secret"
    assert "<debt>" not in chat.xml


def test_a_member_is_changed_by_words_and_keeps_what_is_confirmed() -> None:
    chat = with_two_debts()
    chat.say("عدّل الأول")
    assert (chat.prompt.ref, chat.prompt.current) == ("/data/debt[1]/amount", "50")
    chat.say("نعم")
    assert (chat.prompt.ref, chat.prompt.current) == ("/data/debt[1]/lender", "البقال")
    chat.say("الصيدلية")
    assert [line.shown for line in chat.prompt.members] == ["الصيدلية", "الجار"]


def test_an_author_says_how_many_there_may_be() -> None:
    chat = with_two_debts()
    chat.say("نعم", "١", "تخطي")
    assert chat.one(MembersFull) == MembersFull("/data/debt", 3)
    assert chat.prompt.name == "secret"


def test_the_review_takes_members_out_and_lists_them() -> None:
    chat = at_review()
    lines = chat.one(Reviewed).lines
    second = next(line for line in lines if line.ref == "/data/debt[2]/amount")
    assert not lines[0].remove
    chat.hear(Said(choice=second.members))
    assert (chat.prompt.kind, len(chat.prompt.members)) == ("another", 2)
    chat.hear(Said(choice=second.remove))
    assert chat.happened()[0] == "MemberRemoved"
    chat.say("خلاص")
    assert [line.shown for line in chat.one(Reviewed).lines[:3]] == ["فاطمة", "50", "البقال"]


def test_removing_at_the_review_says_what_else_fell_away() -> None:
    chat = at_review()
    chat.say("آخر واحد")  # an answer to nothing: the review stays
    chat.say("احذف ٤")
    assert chat.one(MemberRemoved).index == 2
    assert chat.happened() == ["MemberRemoved", "Reviewed"]
    assert chat.answers.all_by_name("amount") == ("50",)
    chat.say("رجوع")
    assert chat.answers.all_by_name("amount") == ("50", "70")
    assert chat.session.status == "reviewing"


def test_an_answer_that_depends_on_a_member_goes_with_it() -> None:
    chat = with_two_debts()
    chat.say("لا", "تخطي", "لا", "شكراً من القلب يا ناس")
    chat.say("احذف ٤")
    assert [line.shown for line in chat.one(Vanished).lines] == ["شكراً من القلب يا ناس"]


def test_while_a_member_is_changed_it_may_be_taken_out_instead() -> None:
    chat = at_review()
    chat.say("٤")
    assert (chat.prompt.ref, chat.prompt.can_remove) == ("/data/debt[2]/amount", True)
    chat.tap("!remove")
    assert chat.happened() == ["MemberRemoved", "Reviewed"]


def test_a_sensitive_answer_never_names_a_member() -> None:
    chat = with_two_debts()
    chat.say("لا", "سكر")
    assert [line.sensitive for line in chat.prompt.members] == [True]
    chat.say("احذف ١")
    assert chat.one(MemberRemoved).shown == ""


def test_a_button_of_a_member_that_is_gone_says_so() -> None:
    chat = with_two_debts()
    old = chat.prompt.members[1].edit
    chat.say("احذف ٢")
    chat.hear(Said(choice=old))
    assert not chat.one(StaleButton).applies
    assert chat.prompt.kind == "another"


def test_an_edit_of_a_member_from_the_review_comes_back_to_it() -> None:
    chat = at_review()
    chat.say("٥", "خالتي")
    assert chat.one(Answered).value == "خالتي"
    assert chat.happened() == ["Answered", "Reviewed"]


def test_members_inside_members_are_counted_each_in_its_own() -> None:
    chat = Chat(HOUSES)
    chat.say("النيل", "١", "نعم", "٢", "لا", "نعم", "النخيل")
    assert (chat.prompt.ref, chat.prompt.members) == ("/data/house[2]/room", ())  # ODK opens a new house without a room
    chat.say("نعم", "٣")
    assert (chat.prompt.ref, [line.shown for line in chat.prompt.members]) == ("/data/house[2]/room", ["3"])
    chat.say("لا")
    assert (chat.prompt.ref, [line.shown for line in chat.prompt.members]) == ("/data/house", ["النيل", "النخيل"])
    chat.say("احذف الأول")
    assert chat.answers.by_name("street") == "النخيل"
    assert chat.answers["/data/house[1]/room[1]/beds"] == "3"
    chat.say("رجوع", "لا", "تخطي")
    assert [line.shown for line in chat.one(Reviewed).lines] == ["النيل", "1", "2", "النخيل", "3", ""]
    chat.say("احذف ٢")
    assert chat.one(MemberRemoved) == MemberRemoved("/data/house[1]/room", 1, "1", 1)
    assert chat.answers["/data/house[1]/room[1]/beds"] == "2"


def test_a_member_whose_name_is_private_is_not_named_by_its_yes_or_no() -> None:
    chat = Chat("""
| survey |
| | type | name | label::Arabic (ar) | bind::chat:sensitive |
| | begin_repeat | illness | مرض | |
| | text | called | ما اسم المرض؟ | yes |
| | select_one yes_no | treated | هل عندكم دواء له؟ | |
| | end_repeat | | | |
| choices |
| | list_name | name | label::Arabic (ar) |
| | yes_no | yes | نعم |
| | yes_no | no | لا |
""")
    chat.say("السكر", "نعم")
    assert [(line.shown, line.sensitive) for line in chat.prompt.members] == [("السكر", True)]

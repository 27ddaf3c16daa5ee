from tests.referrals.protection.test_sealing import *
from tests.referrals.protection.conftest import *
def test_dbg(sqlite_store, clock):
    families=Families(sqlite_store, clock)
    families.apply("501", until="كم عمركم")
    moved = families.say("501", choice="d:menu:move")
    print(moved)
    code = "".join(str(int(character)) for character in moved[-1].text.split(":")[-1] if character.isdigit())[:6]
    for t in (code, "امسحوا بياناتي"):
        print(t, [(m.text,[c.label for c in m.choices]) for m in families.say("502", t)])
    print([(m.text) for m in families.tap("502", families.heard["502"][-1].choices[0].label)])
    for w in ("501","502"):
        print(w, [(m.text) for m in families.say(w, "السلام عليكم")])

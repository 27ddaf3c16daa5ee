"""Numbers are read whole or not at all."""

from __future__ import annotations

import pytest

from dialogs.understanding import read_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("٢٥", 25),
        ("۲۵۰۰", 2500),
        ("10٬000", 10000),
        ("123,456", 123456),
        ("1٬234٫5", 1234.5),
        ("٠.٥", 0.5),
        ("٩٩،٩٩", 99.99),
        ("5️⃣", 5),
        ("٣٥٠ جنيه", 350),
        ("200 دينار", 200),
        ("٢٥٠٠ج.م", 2500),
        ("٥ أفراد", 5),
        ("احنا خمسة", 5),
        ("٥٠٪", 50),
        ("وحدة", 1),
        ("خمسه وعشرين", 25),
        ("الحادية  والعشرون", 21),
        ("ثلاثة مائة وإحدى عشر", 311),
        ("مئتان و واحد", 201),
        ("تلتمية", 300),
        ("ميت جنيه", 100),
        ("الفين وخمسمية", 2500),
        ("تلات تلاف", 3000),
        ("خمستلاف", 5000),
        ("ثلطعش", 13),
        ("ستاشر", 16),
        ("خمسة ونص", 5.5),
        ("ألف ونص", 1500),
        ("خمسة إلا ربع", 4.75),
        ("مليون ومية ألف وخمسين", 1_100_050),
        ("تسعمائة وتسعة وتسعون ألفاً وتسعمائة وتسعة وتسعون", 999_999),
        ("2.5 مليون", 2_500_000),
        ("5amsa w 3eshreen", 25),
        ("دستة", 12),
        ("صفر", 0),
    ],
)
def test_a_number_is_read_in_any_script_and_dialect(text: str, value: float) -> None:
    reading = read_number(text)
    assert reading.sure
    assert reading.value == value


@pytest.mark.parametrize("text", ["", "سنة", "خمسة ستة", "5 6", "٥-٦", "عندي أولاد", "٥ أو ٦", "والد", "5k", "خمسة و"])
def test_what_is_left_over_spoils_the_whole(text: str) -> None:
    assert read_number(text).blank


@pytest.mark.parametrize("text", ["1.500", "١٬٥٠٠،٥٠٠".replace("٬", "،", 1), "ميت", "مية ونص", "0100"])
def test_two_readings_of_one_figure_are_never_sure(text: str) -> None:
    assert not read_number(text).sure


@pytest.mark.parametrize("text", ["፩", "፩ ፪", "3 ፩", "-፩"])
def test_figures_of_a_script_we_do_not_read_are_no_number_and_no_error(text: str) -> None:
    assert read_number(text).value is None

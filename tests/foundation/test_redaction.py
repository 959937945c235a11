"""People are not to be recognised in lists, texts and logs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.foundation.redaction import mask_name, mask_phone, redact


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (None, ""),
        ("  ", ""),
        ("张三", "张*"),
        ("张小三", "张*三"),
        ("欧阳小三", "欧***"),
        ("扎西次仁", "扎***"),
        ("扎西", "扎***"),
        ("བཀྲ་ཤིས་ཚེ་རིང", "བཀྲ***"),
        ("王", "王*"),
    ],
)
def test_names(name, shown):
    assert mask_name(name) == shown


@given(st.text(alphabet="张三李四王五小大", min_size=2))
def test_a_name_is_never_shown_whole(name):
    assert mask_name(name) != name
    assert mask_name(name)[0] == name[0]


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+8613800001234", "138******34"),
        ("13800001234", "138******34"),
        (None, ""),
        ("12345", "*****"),
    ],
)
def test_phones(phone, shown):
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13800001234,谢谢", "电话138******34,谢谢"),
        ("138-0000-1234", "138******34"),
        ("身份证533401198013350017", "身份证5334****"),
        ("证53340119801335001X。", "证5334****。"),
        ("卡号6222021234567890123", "卡号6222****"),
        ("车牌云R12345停在门口", "车牌云*****停在门口"),
        ("修了12天,花了3500元", "修了12天,花了3500元"),
    ],
)
def test_free_text(text, shown):
    assert redact(text) == shown


@given(st.text(alphabet="地震着火了,。 ", max_size=20), st.integers(0, 99_999_999))
def test_no_mobile_number_is_left(around, tail):
    number = f"138{tail:08d}"
    assert number not in redact(f"{around}{number}{around}")


@given(st.text(max_size=60))
def test_redacting_twice_is_redacting_once(text):
    once = redact(text)
    assert redact(once) == once

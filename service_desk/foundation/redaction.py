"""Masking people for lists, texts and exports (domain.md §16)."""

from __future__ import annotations

import re

ID_CARD = re.compile(r"(?<!\d)(\d{4})\d{10,13}([\dXx]{1,4})(?![\dXx])")
PHONE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?\d{2}(\d{2})(?!\d)")
BANK = re.compile(r"(?<!\d)\d{16,19}(?!\d)")
PLATE = re.compile(r"([\u4e00-\u9fff])[A-HJ-NP-Z]·?[A-HJ-NP-Z0-9]{5,6}(?![A-Z0-9])")
TIBETAN_SURNAMES = ("扎西", "次仁", "卓玛", "洛桑", "格桑", "尼玛", "达瓦", "旺堆", "央金", "拉姆")
TSHEG = "\u0f0b"


def mask_name(name: str | None) -> str:
    """张小三 to 张*三, 张三 to 张*; a Tibetan name keeps its first syllable."""
    name = (name or "").strip()
    if not name:
        return ""
    if TSHEG in name:
        return name.split(TSHEG)[0] + "***"
    if len(name) >= 4 or name.startswith(TIBETAN_SURNAMES):
        return name[0] + "***"
    return name[0] + "*" + (name[2:] if len(name) == 3 else "")


def mask_phone(phone: str | None) -> str:
    """13800001234 to 138******34: the last four digits open the tracking page, so nobody on
    the staff is shown them."""
    text = (phone or "").removeprefix("+86")
    return f"{text[:3]}******{text[-2:]}" if len(text) >= 8 else "*" * len(text)


def redact(text: str) -> str:
    """Free text without telephone, identity-card, bank and plate numbers."""
    text = ID_CARD.sub(lambda m: f"{m[1]}****", text)
    text = PHONE.sub(lambda m: f"{m[1]}******{m[2]}", text)
    text = BANK.sub("****", text)
    return PLATE.sub(lambda m: f"{m[1]}*****", text)

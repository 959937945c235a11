"""Invented names and telephone numbers for the demo: Tibetan, Lisu, Naxi and Han, by county."""

from __future__ import annotations

import random
from collections.abc import Iterator

TIBETAN = [
    "扎西",
    "次仁",
    "卓玛",
    "洛桑",
    "格桑",
    "尼玛",
    "达瓦",
    "旺堆",
    "央金",
    "拉姆",
    "平措",
    "多吉",
    "白玛",
    "丹增",
    "德吉",
    "桑吉",
    "顿珠",
    "益西",
    "仁青",
    "曲珍",
    "鲁茸",
    "此里",
    "农布",
    "七林",
    "追玛",
    "取追",
    "吾金",
    "培楚",
    "都吉",
    "格茸",
    "松吉",
    "江初",
]
GIVEN = [
    "春梅",
    "丽华",
    "志强",
    "文军",
    "秀英",
    "建国",
    "玉兰",
    "永红",
    "桂花",
    "晓东",
    "国平",
    "学文",
    "金凤",
    "继光",
    "雪梅",
    "正明",
    "丽江",
    "仕荣",
    "玉珍",
    "红梅",
    "光荣",
    "新华",
    "阿花",
    "四妹",
    "庆生",
    "福星",
    "映辉",
    "云鹏",
    "燕芳",
    "志高",
    "绍华",
    "兰英",
    "向东",
    "美琼",
    "顺清",
    "世昌",
]
SURNAMES = {
    "lisu": ["余", "熊", "蜂", "密", "乔", "褚", "胡", "霜"],
    "naxi": ["和", "木", "和", "和", "杨", "李"],
    "han": [
        "李",
        "王",
        "张",
        "刘",
        "陈",
        "杨",
        "赵",
        "周",
        "吴",
        "徐",
        "孙",
        "马",
        "何",
        "高",
        "罗",
    ],
}
PEOPLES = {
    "533401": ("tibetan", "tibetan", "tibetan", "naxi", "han", "lisu"),
    "533422": ("tibetan", "tibetan", "tibetan", "tibetan", "lisu", "han"),
    "533423": ("lisu", "lisu", "lisu", "naxi", "naxi", "han", "tibetan"),
}
EVERYBODY = ("tibetan", "lisu", "naxi", "han")
FIRST_NUMBER = 19_900_000_000


class Invented:
    """The same names and numbers every time, in the order in which they are asked for."""

    def __init__(self, seed: int = 533400) -> None:
        self._random = random.Random(seed)
        self._numbers = self._count()

    def name(self, area_code: str) -> str:
        """A name as people of this county have them."""
        people = self._random.choice(PEOPLES.get(area_code[:6], EVERYBODY))
        if people == "tibetan":
            return "".join(self._random.sample(TIBETAN, 2))
        return self._random.choice(SURNAMES[people]) + self._random.choice(GIVEN)

    def phone(self) -> str:
        """The next number of a range that nobody has, in E.164."""
        return f"+86{next(self._numbers)}"

    def _count(self) -> Iterator[int]:
        yield from range(FIRST_NUMBER, FIRST_NUMBER + 100_000)

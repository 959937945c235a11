"""The words a resident can text, in three languages (pure; contract, Texts)."""

from __future__ import annotations

STOP = frozenset(
    {"退订", "td", "t", "stop", "stopall", "unsubscribe", "停止", "quit", "end"}
    | {"མཚམས་འཇོག", "མཚམས་འཇོག་པ", "མཚམས་ཆོད"}
)
START = frozenset({"恢复", "start", "unstop", "hf", "订阅"} | {"སླར་གསོ", "སླར་གསོ་བྱེད", "འགོ་འཛུགས"})
HELP = frozenset({"帮助", "help", "bz", "?", "??", "怎么用", "info"} | {"རོགས་རམ", "རོགས་པ"})
STATUS = (
    "查询进度",
    "查询",
    "查进度",
    "进度",
    "cx",
    "status",
    "གནས་ཚུལ་འདྲི",
    "གནས་ཚུལ",
    "གནས་སྟངས",
)
"""Longest first where one begins another."""

LEVELS = {
    "非常满意": 5,
    "很满意": 5,
    "十分满意": 5,
    "很好": 5,
    "非常好": 5,
    "very satisfied": 5,
    "very good": 5,
    "excellent": 5,
    "ཧ་ཅང་ཚིམ་པ": 5,
    "ཧ་ཅང་ཚིམ": 5,
    "ཧ་ཅང་ཡག་པོ": 5,
    "满意": 4,
    "好": 4,
    "satisfied": 4,
    "good": 4,
    "ཚིམ་པ": 4,
    "ཚིམ": 4,
    "ཡག་པོ": 4,
    "基本满意": 3,
    "一般": 3,
    "还行": 3,
    "fairly satisfied": 3,
    "fair": 3,
    "average": 3,
    "ཕལ་ཆེར་ཚིམ་པ": 3,
    "ཕལ་ཆེར་ཚིམ": 3,
    "འབྲིང་ཙམ": 3,
    "不满意": 2,
    "差": 2,
    "不好": 2,
    "dissatisfied": 2,
    "not satisfied": 2,
    "bad": 2,
    "poor": 2,
    "མ་ཚིམ་པ": 2,
    "མ་ཚིམ": 2,
    "ཡག་པོ་མི་འདུག": 2,
    "非常不满意": 1,
    "很不满意": 1,
    "很差": 1,
    "非常差": 1,
    "very dissatisfied": 1,
    "very bad": 1,
    "terrible": 1,
    "གཏན་ནས་མ་ཚིམ་པ": 1,
    "གཏན་ནས་མ་ཚིམ": 1,
    "ཧ་ཅང་སྡུག་ཅག": 1,
}
NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}

COUNTED = (
    "号|楼|栋|幢|层|单元|室|天|日|月|年|岁|点|分钟|分半|小时|个|人|户|家|次|回|遍|米|公里|里|亩|斤|"
    "公斤|吨|度|块|元|万|千|百|十|头|只|条|组|社|周|星期|礼拜|季度|辆|根|棵|桶|袋|间|位|名|口|件|"
    "(?:days?|hours?|min(?:ute)?s?|people|houses?|years?|months?|weeks?|km|m)\\b|"
    "ཉིན|ཟླ|ལོ|མི|ཁང|ཆུ་ཚོད|སྐར་མ"
)
"""A pattern: a number before one of these counts something: `3 天没水了` is no rating."""

YES = frozenset({"1", "是", "是的", "对", "补充", "yes", "y", "ཡིན"})
NO = frozenset({"2", "不是", "否", "新", "新的", "新问题", "no", "n", "new", "མིན", "གསར་པ"})

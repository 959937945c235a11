"""The sentences of every text, by purpose: what a gateway of registered templates would hold.

Rules of domain.md §18: a number, a deadline, one telephone number; never a name, an address, a
category or a link. tests/messaging counts their length in every language.
"""

from __future__ import annotations

from service_desk.foundation.localisation import lazy_gettext as _l

SENTENCES = {
    "ack": _l(
        "We have received your request, number %(reference)s, and will contact you within "
        "%(hours)s service hours. In an emergency call 110, 119, 120."
    ),
    "ack_offhours": _l(
        "We have received your request, number %(reference)s. We are closed now; our time counts "
        "from %(start)s. In an emergency call 110, 119, 120."
    ),
    "ack_urgent": _l(
        "We have received your request, number %(reference)s, and will contact you within "
        "%(hours)s hours. In danger call 110, 119 or 120 now."
    ),
    "ack_danger": _l(
        "In danger call 110, 119 or 120 now; if you cannot speak, text 12110. "
        "The person on call has been told of number %(reference)s."
    ),
    "ack_thanks": _l(
        "We have received your words, number %(reference)s. Thank you, we will pass them on."
    ),
    "neutral": _l(
        "Hello, we have received your registration and will contact you in the way and at the "
        "time you chose."
    ),
    "neutral_danger": _l(
        "Hello, we have received your registration. In an emergency call 110, 119, 120; if you "
        "cannot speak, text 12110."
    ),
    "assigned": _l(
        "Number %(reference)s (%(place)s) has been assigned to you. Make first contact by "
        "%(due)s. Sign in to read it."
    ),
    "assigned_plain": _l(
        "Number %(reference)s has been assigned to you. Make first contact by %(due)s. "
        "Sign in to read it."
    ),
    "added": _l("Number %(reference)s: the resident has added something. Sign in to read it."),
    "page_danger": _l(
        "URGENT: number %(reference)s (%(place)s), somebody may be in danger. Sign in and act at "
        "once."
    ),
    "page_danger_plain": _l(
        "URGENT: number %(reference)s, somebody may be in danger. Sign in and act at once."
    ),
    "remind_first_response": _l(
        "Reminder: number %(reference)s (%(place)s) needs a first contact by %(due)s. Sign in to "
        "act."
    ),
    "remind_first_response_plain": _l(
        "Reminder: number %(reference)s needs a first contact by %(due)s. Sign in to act."
    ),
    "remind_resolution": _l(
        "Reminder: number %(reference)s (%(place)s) has to be dealt with by %(due)s. Sign in to "
        "act."
    ),
    "remind_resolution_plain": _l(
        "Reminder: number %(reference)s has to be dealt with by %(due)s. Sign in to act."
    ),
    "late_first_response": _l(
        "OVERDUE: number %(reference)s (%(place)s) had to be contacted by %(due)s and was not. "
        "Sign in to act."
    ),
    "late_first_response_plain": _l(
        "OVERDUE: number %(reference)s had to be contacted by %(due)s and was not. Sign in to act."
    ),
    "late_resolution": _l(
        "OVERDUE: number %(reference)s (%(place)s) had to be dealt with by %(due)s and is not. "
        "Sign in to act."
    ),
    "late_resolution_plain": _l(
        "OVERDUE: number %(reference)s had to be dealt with by %(due)s and is not. Sign in to act."
    ),
    "dispatch": _l(
        "Number %(reference)s is with %(place)s now; expect an answer by %(due)s. "
        "To ask, call %(hotline)s."
    ),
    "waiting": _l(
        "For number %(reference)s we need from you: %(words)s. Please reply to this text by "
        "%(due)s or call %(hotline)s."
    ),
    "extend": _l(
        "Number %(reference)s is not simple; with approval it now takes until %(due)s. "
        "Questions: call %(hotline)s."
    ),
    "defer": _l(
        "Number %(reference)s has to wait for %(cause)s; with approval it rests until %(due)s at "
        "the latest. Questions: call %(hotline)s."
    ),
    "resolved": _l(
        "Number %(reference)s has been dealt with. If anything is still wrong, reply to this "
        "text or call %(hotline)s."
    ),
    "rate": _l(
        "Number %(reference)s has been dealt with. Please rate it by replying a digit: 5 very "
        "satisfied, 4 satisfied, 3 fairly satisfied, 2 dissatisfied, 1 very dissatisfied."
    ),
    "personal": _l("About number %(reference)s: %(words)s (Questions: %(hotline)s)"),
    "rated": _l("Thank you for rating number %(reference)s: %(level)s of 5."),
    "rated_bad": _l(
        "We are sorry. Your rating of number %(reference)s is kept, and we will contact you to "
        "put it right."
    ),
    "status": _l("Number %(reference)s: %(state)s. To ask, call %(hotline)s."),
    "status_due": _l(
        "Number %(reference)s: %(state)s; expect an answer by %(due)s. To ask, call %(hotline)s."
    ),
    "status_unknown": _l(
        "We find no request of yours under this number. Check it, or simply text us what you "
        "need. In an emergency call 110, 119, 120."
    ),
    "follow_up": _l("What you added is kept with number %(reference)s; we will go on with it."),
    "which_one": _l(
        "Does your text belong to number %(reference)s? Reply 1 if it does, 2 if it is something "
        "new. Without a reply we register it as new."
    ),
    "help": _l(
        "Text us what you need and your village. STATUS: how it stands. 1 to 5: rate. "
        "STOP: no more texts. In an emergency call 110, 119, 120."
    ),
    "stopped": _l(
        "You will get no more texts from us. To get them again, send START or call %(hotline)s."
    ),
    "started": _l(
        "You get our texts again. Text us what you need. In an emergency call 110, 119, 120."
    ),
}

"""`/reports`: months, one month's report, and the requests behind a figure."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask_login import current_user

from service_desk.directory.categories import GROUP_CODES, label
from service_desk.directory.queries import area_named
from service_desk.foundation.access import Permission, requires
from service_desk.foundation.clock import local, now
from service_desk.foundation.database import plan_by_values
from service_desk.foundation.faults import NotFound
from service_desk.foundation.localisation import current
from service_desk.reporting import export, page
from service_desk.reporting.forms import asked_area, asked_month, asked_page
from service_desk.reporting.months import Month
from service_desk.reporting.queries import report
from service_desk.reporting.requests import PAGE, Figure, Question, listed
from service_desk.service_requests.clocks import machine_time
from service_desk.service_requests.reference import show_reference

blueprint = Blueprint("reporting", __name__, url_prefix="/reports")
blueprint.before_request(plan_by_values)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MONTHS = 12


@blueprint.get("")
@requires(Permission.SEE_REPORTS)
def months() -> str:
    month = Month.of(now())
    listed_months = []
    for _number in range(MONTHS):
        listed_months.append(str(month))
        month = month.previous
    area = asked_area(request.args.get("area"), current_user.reach)
    return render_template(
        "reporting/months.html", months=listed_months, area=area, area_name=area_named(area)
    )


def _asked(text: str) -> dict[str, Any]:
    area = asked_area(request.args.get("area"), current_user.reach)
    return report(asked_month(text), area, now())


@blueprint.get("/<month>")
@requires(Permission.SEE_REPORTS)
def month(month: str) -> str:
    found = _asked(month)
    rows, area, total = found["rows"], found["area"], found["total"]
    before = report(asked_month(month).previous, area, now())["total"]
    places = [page.line(row, month) for row in page.children(rows, area)]
    categories = [page.line(row, month) for row in page.by_category(rows, area)]
    whole = page.line(total, month)
    levels = page.levels(whole)
    return render_template(
        "reporting/month.html",
        month=month,
        area=area,
        area_name=total["area_name"],
        frozen_at=found["frozen_at"],
        version=found["definition_version"],
        rates=page.rates(total, before),
        total=whole,
        places=places,
        response_bars=page.response_bars(places),
        categories=categories,
        category_bars=page.volume_bars(categories),
        levels=levels,
        levels_most=max(level["value"] for level in levels),
        previous=str(asked_month(month).previous),
        next=str(asked_month(month).next),
    )


@blueprint.get("/<month>.json")
@requires(Permission.SEE_REPORTS)
def as_json(month: str) -> Response:
    return jsonify(_asked(month))


@blueprint.get("/<month>.xlsx")
@requires(Permission.SEE_REPORTS)
def as_xlsx(month: str) -> Response:
    found = _asked(month)
    name = f"report-{found['month']}-{found['area']}.xlsx"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(export.workbook(found), content_type=XLSX, headers=headers)


@blueprint.get("/<month>/requests")
@requires(Permission.SEE_REPORTS)
def requests(month: str) -> str:
    """The list behind a figure; analysts see figures only, so their list is empty."""
    question = _question(month)
    found = listed(question, current_user.reach, now())
    rows = [
        {
            "reference": each.reference,
            "shown": show_reference(each.reference),
            "href": f"/queue/{each.reference}",
            "urgency": each.urgency,
            "due": machine_time(each.due_at),
            "category": label(each.category, current()) if each.category else "",
            "place": area_named(each.area_code),
            "created": local(each.created_at).strftime("%m-%d %H:%M"),
        }
        for each in found[:PAGE]
    ]
    return render_template(
        "reporting/requests.html",
        rows=rows,
        month=month,
        area=question.area,
        area_name=area_named(question.area),
        figure=question.figure,
        next_url=_next_page(question, found[PAGE - 1].id) if len(found) > PAGE else None,
    )


def _next_page(question: Question, last: int) -> str:
    return url_for(
        "reporting.requests",
        month=question.month,
        figure=question.figure,
        area=question.area,
        category=question.category,
        before=last,
    )


def _question(month: str) -> Question:
    figure = request.args.get("figure", "")
    if figure not in set(Figure):
        raise NotFound
    category = request.args.get("category") or None
    if category is not None and category not in GROUP_CODES:
        raise NotFound
    area = asked_area(request.args.get("area"), current_user.reach)
    before = asked_page(request.args.get("before"))
    return Question(Figure(figure), asked_month(month), area, category, before)

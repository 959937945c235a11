"""Who may own or oversee a request: the ids of domain.md §2 and the departments of §4.

A role says what somebody does; a post (in accounts) says where. Names and the level at which
a post usually lives are in data/roles.json.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from service_desk.directory.labels import Labels, labels_of


class PostLevel(StrEnum):
    """The smallest area for which a post of this role is usually filled."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"
    PREFECTURE = "prefecture"


class Role(StrEnum):
    """Every role of staff; residents and volunteers sign in nowhere and have none."""

    DESK_CLERK = "desk_clerk"
    GRID_WORKER = "grid_worker"
    VILLAGE_HEAD = "village_head"
    POLICE_AUX = "police_aux"
    COMMUNITY_POLICE = "community_police"
    DISASTER_OFFICER = "disaster_officer"
    MICRO_FIRE = "micro_fire"
    LEGAL_ADVISER = "legal_adviser"
    MEDIATOR = "mediator"
    LEGAL_HELPER = "legal_helper"
    CIVIL_OFFICER = "civil_officer"
    SOCIAL_WORKER = "social_worker"
    MINOR_OFFICER = "minor_officer"
    JOB_OFFICER = "job_officer"
    DISABLED_LIAISON = "disabled_liaison"
    VILLAGE_DOCTOR = "village_doctor"
    PROPERTY_OFFICER = "property_officer"
    ETHNIC_OFFICER = "ethnic_officer"
    VOL_COORDINATOR = "vol_coordinator"
    DISPATCHER = "dispatcher"
    TOWNSHIP_LEAD = "township_lead"
    DEPT_HANDLER = "dept_handler"
    COUNTY_SUPERVISOR = "county_supervisor"
    PREF_ANALYST = "pref_analyst"
    AUDITOR = "auditor"
    SYSADMIN = "sysadmin"
    # Departments and stations that the table of domain.md §4 names by their Chinese names.
    JUDICIAL_OFFICE = "judicial_office"
    POLICE_STATION = "police_station"
    VETERANS_STATION = "veterans_station"
    FORESTRY_STATION = "forestry_station"
    SERVICE_CENTRE = "service_centre"
    URBAN_MANAGEMENT = "urban_management"
    LABOUR_BUREAU = "labour_bureau"
    LABOUR_INSPECTION = "labour_inspection"
    CIVIL_AFFAIRS = "civil_affairs"
    WOMENS_FEDERATION = "womens_federation"
    FIRE_SERVICE = "fire_service"
    EMERGENCY_BUREAU = "emergency_bureau"
    HEALTH_BUREAU = "health_bureau"
    EDUCATION_BUREAU = "education_bureau"
    CULTURE_BUREAU = "culture_bureau"
    ETHNIC_AFFAIRS = "ethnic_affairs"
    HOUSING_BUREAU = "housing_bureau"
    ECOLOGY_BUREAU = "ecology_bureau"
    WATER_BUREAU = "water_bureau"
    POWER_SUPPLY = "power_supply"
    TRANSPORT_BUREAU = "transport_bureau"
    INDUSTRY_BUREAU = "industry_bureau"
    POSTAL_OFFICE = "postal_office"
    AGRICULTURE_BUREAU = "agriculture_bureau"
    DISCIPLINE_OFFICE = "discipline_office"


SELF_GOVERNANCE = frozenset(
    {
        Role.DESK_CLERK,
        Role.GRID_WORKER,
        Role.VILLAGE_HEAD,
        Role.LEGAL_HELPER,
        Role.PROPERTY_OFFICER,
    }
)
"""The village's own people: they may never lead a department's matter (domain.md §15)."""


@dataclass(frozen=True, slots=True)
class RoleInfo:
    """What is known of a role apart from who holds it."""

    role: Role
    level: PostLevel
    labels: Labels


def _load() -> dict[Role, RoleInfo]:
    rows = json.loads((Path(__file__).parent / "data" / "roles.json").read_text("utf-8"))
    infos = [RoleInfo(Role(row["id"]), PostLevel(row["level"]), labels_of(row)) for row in rows]
    return {info.role: info for info in infos}


_ROLES = _load()


def role_info(role: Role) -> RoleInfo:
    """Names and level of a role."""
    return _ROLES[role]


def role_label(role: Role, language: str) -> str:
    """The role's name in `language` (`zh_Hans_CN`, `bo`, `en`)."""
    return _ROLES[role].labels.in_language(language)


def post_level(role: Role) -> PostLevel:
    """The level at which posts of this role are usually filled."""
    return _ROLES[role].level

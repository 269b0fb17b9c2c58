"""Cities to follow: near in size, kind of government, language and country, at work on the same principles."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from hub.cases.models import CLAUSE, PUBLISHED, CaseStudy, CaseTag
from hub.cities.nearwords import reason_words
from hub.cities.queries import label_of
from hub.core.db import db
from hub.site.suggestions.homes import Home, Near
from hub.site.suggestions.lines import Offer
from hub.web.locale import country_name, language
from hub.web.locale import gettext as _

LOOKED_AT = 60  # of the nearest cities
NAMED = 3  # principles, at most


def suggest_cities(homes: Sequence[Home], near: Sequence[Near], followed: Collection[str], limit: int) -> list[Offer]:
    """Return the cities nearest in kind that have told of their practices and are not followed; one read.

    A principle on which both work counts one, at most three of them. `homes` are one's own cities.
    """
    looked_at = [each for each in near if each.city.slug not in followed][:LOOKED_AT]
    told = _principles([each.city.id for each in looked_at])
    ranked = []
    for each in looked_at:
        shared = each.home.principles & told.get(each.city.id, frozenset())
        if each.city.id in told and (shared or each.nearness.reasons):
            ranked.append((each.nearness.score + min(len(shared), NAMED), each, shared))
    ranked.sort(key=lambda found: -found[0])  # stable: of equals the nearest stays first
    return [_offer(each, shared, len(homes) > 1) for _sum, each, shared in ranked[:limit]]


def _offer(near: Near, shared: frozenset[str], has_several: bool) -> Offer:
    city = near.city
    codes = sorted(shared, key=lambda code: int(code.removeprefix("GP")))[:NAMED]
    both = _("works on %(codes)s, as you do", codes=", ".join(codes)) if codes else ""
    return Offer(
        city.slug,
        label_of(city.name, city.name_native, city.native_language, language()),
        f"/cities/{city.slug}",
        country_name(city.country),
        ", ".join(words for words in (reason_words(near.nearness), both) if words),
        home=near.home.name if has_several else "",
    )


def _principles(city_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Return the principles on which cities have published case studies; cities without any are left out."""
    query = (
        select(CaseStudy.city_id, CaseTag.code)
        .join(CaseTag, CaseTag.case_id == CaseStudy.id)
        .where(CaseStudy.city_id.in_(city_ids), CaseStudy.state == PUBLISHED, CaseTag.scheme == CLAUSE)
        .distinct()
    )
    found: dict[int, set[str]] = {}
    for city_id, code in db.session.execute(query):
        found.setdefault(city_id or 0, set()).add(code.split(".")[0])
    return {city_id: frozenset(codes) for city_id, codes in found.items()}

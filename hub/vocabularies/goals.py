"""Names for what the crosswalk points at outside the hub: the Sustainable Development Goals and the UDHR.

The goals go by the short titles the United Nations gives them; the articles have no titles, the words are ours.
"""

from __future__ import annotations

LANGUAGES = ("en", "ko", "es", "fr")

_GOALS = {
    1: ("No poverty", "빈곤 퇴치", "Fin de la pobreza", "Pas de pauvreté"),
    2: ("Zero hunger", "기아 종식", "Hambre cero", "Faim « zéro »"),
    3: ("Good health and well-being", "건강과 웰빙", "Salud y bienestar", "Bonne santé et bien-être"),
    4: ("Quality education", "양질의 교육", "Educación de calidad", "Éducation de qualité"),
    5: ("Gender equality", "성평등", "Igualdad de género", "Égalité entre les sexes"),
    6: ("Clean water and sanitation", "깨끗한 물과 위생", "Agua limpia y saneamiento", "Eau propre et assainissement"),
    7: (
        "Affordable and clean energy",
        "적정한 가격의 깨끗한 에너지",
        "Energía asequible y no contaminante",
        "Énergie propre et d’un coût abordable",
    ),
    8: (
        "Decent work and economic growth",
        "양질의 일자리와 경제성장",
        "Trabajo decente y crecimiento económico",
        "Travail décent et croissance économique",
    ),
    9: (
        "Industry, innovation and infrastructure",
        "산업, 혁신과 사회기반시설",
        "Industria, innovación e infraestructura",
        "Industrie, innovation et infrastructure",
    ),
    10: ("Reduced inequalities", "불평등 감소", "Reducción de las desigualdades", "Inégalités réduites"),
    11: (
        "Sustainable cities and communities",
        "지속가능한 도시와 공동체",
        "Ciudades y comunidades sostenibles",
        "Villes et communautés durables",
    ),
    12: (
        "Responsible consumption and production",
        "책임 있는 소비와 생산",
        "Producción y consumo responsables",
        "Consommation et production responsables",
    ),
    13: ("Climate action", "기후변화 대응", "Acción por el clima", "Lutte contre les changements climatiques"),
    14: ("Life below water", "해양 생태계", "Vida submarina", "Vie aquatique"),
    15: ("Life on land", "육상 생태계", "Vida de ecosistemas terrestres", "Vie terrestre"),
    16: (
        "Peace, justice and strong institutions",
        "평화, 정의와 강력한 제도",
        "Paz, justicia e instituciones sólidas",
        "Paix, justice et institutions efficaces",
    ),
    17: (
        "Partnerships for the goals",
        "목표를 위한 파트너십",
        "Alianzas para lograr los objetivos",
        "Partenariats pour la réalisation des objectifs",
    ),
}

_ARTICLES = {
    1: ("free and equal", "자유와 평등", "libres e iguales", "libres et égaux"),
    2: ("no discrimination", "차별 금지", "sin discriminación", "sans discrimination"),
    3: ("life, liberty, security", "생명, 자유, 안전", "vida, libertad, seguridad", "vie, liberté, sûreté"),
    4: ("no slavery", "노예 금지", "sin esclavitud", "pas d’esclavage"),
    5: ("no torture", "고문 금지", "sin tortura", "pas de torture"),
    6: ("a person before the law", "법 앞의 인격", "personalidad jurídica", "personnalité juridique"),
    7: ("equality before the law", "법 앞의 평등", "igualdad ante la ley", "égalité devant la loi"),
    8: ("effective remedy", "실효적 구제", "recurso efectivo", "recours effectif"),
    9: ("no arbitrary arrest", "자의적 체포 금지", "sin detención arbitraria", "pas d’arrestation arbitraire"),
    10: ("fair hearing", "공정한 재판", "audiencia justa", "procès équitable"),
    11: ("presumed innocent", "무죄 추정", "presunción de inocencia", "présomption d’innocence"),
    12: ("privacy", "사생활", "vida privada", "vie privée"),
    13: ("freedom of movement", "이동의 자유", "libre circulación", "liberté de circuler"),
    14: ("asylum", "망명", "asilo", "asile"),
    15: ("nationality", "국적", "nacionalidad", "nationalité"),
    16: ("marriage and family", "혼인과 가족", "matrimonio y familia", "mariage et famille"),
    17: ("property", "재산", "propiedad", "propriété"),
    18: ("thought and religion", "사상과 종교", "pensamiento y religión", "pensée et religion"),
    19: ("opinion and expression", "의견과 표현", "opinión y expresión", "opinion et expression"),
    20: ("assembly and association", "집회와 결사", "reunión y asociación", "réunion et association"),
    21: ("taking part in government", "참정", "participación en el gobierno", "participation aux affaires publiques"),
    22: ("social security", "사회보장", "seguridad social", "sécurité sociale"),
    23: ("work", "노동", "trabajo", "travail"),
    24: ("rest and leisure", "휴식과 여가", "descanso y tiempo libre", "repos et loisirs"),
    25: ("standard of living", "생활수준", "nivel de vida", "niveau de vie"),
    26: ("education", "교육", "educación", "éducation"),
    27: ("culture and science", "문화와 과학", "cultura y ciencia", "culture et sciences"),
    28: (
        "an order in which rights are real",
        "권리가 실현되는 질서",
        "un orden que haga efectivos los derechos",
        "un ordre où les droits prennent effet",
    ),
    29: ("duties to the community", "공동체에 대한 의무", "deberes con la comunidad", "devoirs envers la communauté"),
    30: (
        "no right to destroy rights",
        "권리 파괴 금지",
        "nadie puede suprimir derechos",
        "nul droit de détruire les droits",
    ),
}


def goal_name(number: int, language: str) -> str:
    """Return the short title of a Sustainable Development Goal; raises KeyError for a number outside 1 to 17."""
    return _in(_GOALS[number], language)


def article_words(number: int, language: str) -> str:
    """Return what an article of the Universal Declaration is about; raises KeyError for a number outside 1 to 30."""
    return _in(_ARTICLES[number], language)


def _in(names: tuple[str, ...], language: str) -> str:
    return names[LANGUAGES.index(language) if language in LANGUAGES else 0]

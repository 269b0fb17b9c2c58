"""Doors of this room: the network's page, taking up a practice, asking, answering, replying."""

from hub.exchange.views import adaptation, adapting, asked, asking, beside, fitting, network, organizing, replying
from hub.exchange.views.bp import bp

__all__ = ["adaptation", "adapting", "asked", "asking", "beside", "bp", "fitting", "network", "organizing", "replying"]

"""Who is meant: mentions of actors and the actors they lead to, offline, with the time of the text around them."""

from __future__ import annotations

from pipeline.actors.find import find_actors

__all__ = ["find_actors"]

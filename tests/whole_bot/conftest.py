"""Tests of the bot as a process of its own, in which most of its parts take part: its start and
end, its stores, its page, its log, two teams, two processes, whole meetings. What is about the IRC
front end alone, with a real server or without, stands in frontends/irc."""

from kit.irc.meeting import bots, chair

__all__ = ["bots", "chair"]

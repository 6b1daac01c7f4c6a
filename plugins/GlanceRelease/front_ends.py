"""Opens what bot.yaml has beside IRC, the page and Matrix, for whichever process is the bot."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from .app import App
from .configuration.settings import Settings
from .networks.irc import IRC
from .networks.matrix import MATRIX
from .service.outbox.front_end import Door

if TYPE_CHECKING:  # who is on IRC alone does not load it
    from .frontends.matrix.delivery import MatrixDoor

log = logging.getLogger(__name__)


class WaysOut:
    """The way out of the whole bot: IRC's, if the process has one, and that to Matrix, if the
    configuration has it."""

    def __init__(self, settings: Settings, irc: Door | None = None) -> None:
        self.matrix: MatrixDoor | None = None
        if settings.bot.matrix is not None:
            from .frontends.matrix.delivery import MatrixDoor

            self.matrix = MatrixDoor()
        self._irc = irc

    @property
    def door(self) -> Door | None:
        """All of it as one."""
        if self.matrix is None:
            return self._irc
        from .service.doors import Doors

        irc = {IRC.name: self._irc} if self._irc is not None else {}
        return Doors({**irc, MATRIX.name: self.matrix})

    async def open(self, app: App) -> None:
        """Listen, on the running loop. A page whose port is taken does not silence the bot, nor
        does a homeserver that is away, which is waited for."""
        if (web := app.settings.bot.web) is not None:
            from .frontends.page.server import serve

            try:
                await app.open(serve(app))
            except OSError as error:
                log.error("no page at %s:%s: %s", web.listen, web.port, error)
        if self.matrix is not None:
            from .frontends.matrix import opening

            await app.open(opening.serve(app, self.matrix))

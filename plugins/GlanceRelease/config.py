"""The registry values of the plugin: what an operator sets with Limnoria's `config`."""

from supybot import conf, registry
from supybot.i18n import PluginInternationalization

_ = PluginInternationalization("GlanceRelease")


def configure(advanced: bool) -> None:
    """Called by supybot-wizard: loads the plugin at the next start."""
    conf.registerPlugin("GlanceRelease", True)


GlanceRelease = conf.registerPlugin("GlanceRelease")

conf.registerGlobalValue(
    GlanceRelease,
    "configuration",
    registry.String(
        "",
        _("""The folder with bot.yaml and teams/. Empty: the environment's GLANCE_RELEASE_CONFIG,
        else ./config of where the bot was started. Read when the plugin is loaded."""),
    ),
)
conf.registerGlobalValue(
    GlanceRelease,
    "speak",
    registry.Boolean(
        True,
        _("""Whether the bot says anything unasked. False silences every reminder and
        announcement at once, in all channels; what was due is kept and said afterwards."""),
    ),
)

conf.registerGlobalValue(
    GlanceRelease,
    "welcomeSeconds",
    registry.PositiveInteger(
        60,
        _("""How long, in seconds, a server that accepted the connection may take to let the bot
        in; after that, and twice that at the most, the bot tries again. Read when the plugin is
        loaded."""),
    ),
)

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

conf.registerNetworkValue(
    GlanceRelease,
    "services",
    registry.Boolean(
        True,
        _("""Whether the network has services that know whose a nick is. False: who has a nick is
        taken for its owner, in what is said in private and in a person's own affairs; it gives
        nobody a right of the team's."""),
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

conf.registerGroup(GlanceRelease, "passwords")
for _kind, _whose in (
    ("nickserv", "NickServ's password of the bot's nick, which the Services plugin tells"),
    ("sasl", "the password of the bot's account, for SASL"),
    ("server", "the network's own password"),
):
    conf.registerNetworkValue(
        GlanceRelease.passwords,
        _kind,
        registry.String(
            "",
            f"""Where {_whose}, is kept outside this file: file:/PATH (which nobody else may
            read), env:NAME (a variable of the environment) or credential:NAME (systemd's
            LoadCredential). Read at each connect. Empty: Limnoria's own value is told.""",
        ),
    )

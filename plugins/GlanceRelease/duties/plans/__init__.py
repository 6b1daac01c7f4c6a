"""Of the guide: "Tell the rest of the team at least four weeks ahead; as soon as you pick your
date, stick to it": the planned release days, their announcement, and who proposes. Read
`command` first, then `reminders`."""

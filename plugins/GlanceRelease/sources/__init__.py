"""How an upstream is asked, and how its bytes become a model: a folder each, and one HTTP
client. Read `protocols` first, then `wanted`."""

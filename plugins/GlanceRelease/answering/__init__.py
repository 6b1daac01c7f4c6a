"""What an answer needs besides its command: which team is meant, the snapshots from which all
answers are given and their refreshing, what is kept of people's words, and look-ups at an upstream
that follow a first answer. Read `answers` first."""

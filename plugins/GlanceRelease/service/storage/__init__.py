"""The only SQL, on SQLite and PostgreSQL: tables, migrations, transactions, and what becomes of
a database that is damaged, replaced, locked or away. Read `store` first."""

"""The way back from accounts without a password, which the releases before it do not know."""

import psycopg

from authflow.crypto import password_format
from authflow.database.migration_files import own_migrations
from authflow.database.migrator import Migrator

VERSION = "0009_users_without_password"


def test_who_has_no_password_has_none_after_the_way_back(empty_database: str):
    migrator = Migrator(empty_database)
    migrator.up()
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("INSERT INTO users (username, email, email_canonical) VALUES ('Ada', 'a@b', 'a@b')")
        versions = [each.version for each in own_migrations()]
        migrator.down(len(versions) - versions.index(VERSION))
        ((stored,),) = connection.execute("SELECT password_hash FROM users").fetchall()
    assert password_format.matches("!", stored) is None

"""What all of peewee's models share. Peewee is not seen outside storage."""

import peewee


class Table(peewee.Model):
    """Named after its class, as `KnownJobs` is `known_jobs`.

    Belongs to no database of its own: queries are executed by the one in use. Tables are made by
    the SQL of the schemas, which know their keys.
    """

    class Meta:
        """Peewee's options."""

        legacy_table_names = False
        primary_key = False

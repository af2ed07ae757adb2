"""What was last proven of stored objects."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict

from core.ports.journal.proofs import Proof, ProofKind
from storage.db.fields import MomentField, TextField, WordField
from storage.db.journal.store_tables import StoreTable, StoreTables


class Proofs(StoreTable):
    """That the object at a key has the content of this SHA-256."""

    key = TextField()
    sha256 = TextField()
    how = WordField(ProofKind)
    proven_at = MomentField()


class ProofTable(StoreTables):
    """See `Journal`."""

    def put_proofs(self, proofs: Sequence[Proof]) -> None:
        with self.database.writing() as session:
            session.put_many(Proofs, ({"store": self._store, **asdict(p)} for p in proofs))

    def proofs(self, below: str) -> Mapping[str, Proof]:
        ours = Proofs.of(Proof).where(self._ours(Proofs), Proofs.key >= below)
        if below:
            ours = ours.where(Proofs.key < below[:-1] + chr(ord(below[-1]) + 1))
        return {proof.key: proof for proof in self._all(ours, Proof)}

    def forget_proofs(self, keys: Collection[str]) -> None:
        rows = [(self._store, key) for key in keys]
        with self.database.writing() as session:
            session.sql_many("DELETE FROM proofs WHERE store = ? AND key = ?", rows)

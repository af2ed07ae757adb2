"""The table of runs, which knows what of them is folded, how they are sorted, and which are meant."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType

from core.run_view import RunView
from core.transfer_view import TransferView
from tui.widgets.keys import SELECT, bind
from tui.widgets.root_in_store import RootInStore
from tui.widgets.row_table import RowTable
from tui.widgets.run_picture import BY, Order, RunGroup, RunPicture, in_whole_seconds
from tui.widgets.run_rows import RUN_COLUMNS, RunRows, columns_for


class RunTable(RowTable):
    """Results roots with their runs below them; `rows` are those that are shown."""

    # Here, because a table has keys of its own for left and right.
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("fold", "fold", action="fold(True)", show=False, group=SELECT, tooltip="fold, unfold"),
        bind(
            "unfold",
            "unfold",
            action="fold(False)",
            show=False,
            group=SELECT,
            tooltip="fold, unfold",
        ),
    ]

    def __init__(self) -> None:
        super().__init__(RUN_COLUMNS, id="runs", can_mark=True)
        self.rows = RunRows(RunPicture())
        self._fresh = True

    @property
    def item(self) -> RunGroup | RunView | None:
        """What is under the cursor."""
        at = self.rows.find(self.cursor_key)
        return None if at is None else self.rows.items[at]

    def chosen(self) -> Sequence[RunView]:
        """The marked runs, else those under the cursor."""
        if marks := self.marks:
            return [run for run in self.rows.picture.runs if run.path in marks]
        item = self.item
        if item is None:
            return ()
        return item.runs if isinstance(item, RunGroup) else (item,)

    def show_runs(
        self,
        roots: Sequence[str],
        runs: Sequence[RunView],
        transfers: tuple[TransferView, ...],
        in_store: Mapping[str, RootInStore],
        needle: str,
    ) -> bool:
        """Makes the rows anew only when something that they depend on changed: whether it did."""
        picture = replace(
            self.rows.picture,
            roots=tuple(roots),
            runs=in_whole_seconds(runs),
            transfers=transfers,
            in_store=in_store,
            needle=needle,
        )
        if picture == self.rows.picture:
            return False
        self._draw(picture)
        self._start_at_a_run()
        return True

    def sort(self) -> Order:
        """By the next order, which is returned."""
        orders = list(Order)
        order = orders[(orders.index(self.rows.picture.order) + 1) % len(orders)]
        self._draw(replace(self.rows.picture, order=order, reverse=False))
        return order

    def sort_reversed(self) -> None:
        """By the same, the other way."""
        self._draw(replace(self.rows.picture, reverse=not self.rows.picture.reverse))

    def on_row_table_order_chosen(self, message: RowTable.OrderChosen) -> None:
        """The head of a column was clicked; once more sorts the other way."""
        picture, order = self.rows.picture, Order(message.order.by)
        again = order is picture.order and not picture.reverse
        self._draw(replace(picture, order=order, reverse=again))

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Folded is folded."""
        if action == "fold" and self.row_count:
            folded = bool(parameters[0])
            if (self._group_path in self.rows.picture.folded) is folded:
                return "It is folded" if folded else "It is not folded"
        return super().why_not(action, parameters)

    def action_fold(self, folded: bool) -> None:
        """Hides or shows the runs of the results root under the cursor."""
        path = self._group_path
        known = self.rows.picture.folded
        self._draw(replace(self.rows.picture, folded=known | {path} if folded else known - {path}))
        self.move_to(path + "/")

    def unfold_all(self) -> None:
        """Shows the runs of all results roots."""
        self._draw(replace(self.rows.picture, folded=frozenset()))

    def mark_all(self) -> None:
        """All that the filter lets through; once more: none."""
        every = frozenset(run.path for run in self.rows.shown)
        self.mark(frozenset() if self.marks == every else every)

    def unmark(self, runs: Sequence[RunView]) -> None:
        """What was marked for them is done; other marks stay."""
        self.mark(self.marks - {run.path for run in runs})

    @property
    def _group_path(self) -> str:
        item = self.item
        if item is None:
            return ""
        return item.path if isinstance(item, RunGroup) else item.results_root

    def _draw(self, picture: RunPicture) -> None:
        self.rows = RunRows(picture)
        self.show(self.rows, columns_for(picture.runs))
        as_ever = picture.order is Order.NAME and not picture.reverse
        order = BY[picture.order]
        self.show_order(None if as_ever else order.reversed() if picture.reverse else order)

    def _start_at_a_run(self) -> None:
        if self._fresh and self.rows.items:
            self._fresh, self.cursor = False, 1

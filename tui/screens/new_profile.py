"""A new profile: a bucket, or a directory, and where it is."""

from collections.abc import Callable, Iterable, Mapping

from textual.widget import Widget

from tui.screens.setting import FormScreen, form_field, form_row
from tui.widgets.cells import Tone
from tui.widgets.panes import line

_FIELDS = (
    ("name", "Name", "what you call it"),
    ("bucket", "Bucket", "none: a directory"),
    ("prefix", "Prefix", "folders that all is kept below, as in teams/epi/"),
    ("region", "Region", "as the AWS settings have it"),
    ("endpoint_url", "Endpoint", "only for servers that are not AWS"),
    ("aws_profile", "AWS profile", "the usual credentials of the AWS command line"),
    ("path", "Directory", "of a local store"),
)
_ABOUT = "Keys are never asked for: they come from the AWS settings, or from variables."


class NewProfileScreen(FormScreen):
    """`add` is given name and fields that say something, on another thread; `name` is what was typed."""

    DEFAULT_CSS = """
        NewProfileScreen .dialog-row { margin-top: 0; }
        NewProfileScreen .dialog-row .dialog-label { width: 13; }
        NewProfileScreen .form-rows { margin-top: 1; }
    """

    def __init__(self, add: Callable[[str, Mapping[str, object]], object]) -> None:
        about = [line(_ABOUT, Tone.DIM), line()]
        super().__init__("A new profile", about, "enter saves   ↑ ↓ the others   esc not now")
        self._fields = {name: form_field(f"new-{name}", "", hint) for name, _, hint in _FIELDS}
        self._add = add

    @property
    def name_typed(self) -> str:
        """What it is to be called."""
        return self._fields["name"].value.strip()

    def rows(self) -> Iterable[Widget]:
        """The usual ones; all others are in the list afterwards."""
        for name, title, _ in _FIELDS:
            yield form_row(title, self._fields[name])

    def on_mount(self) -> None:
        """The name first."""
        self._fields["name"].focus()

    def save(self) -> Callable[[], object] | None:
        """A profile that says nothing has a kind, at least."""
        typed = {name: field.value.strip() for name, field in self._fields.items()}
        name = typed.pop("name")
        said: dict[str, object] = {field: value for field, value in typed.items() if value}
        kind = "s3" if "bucket" in said else "local"
        add = self._add
        return (lambda: add(name, {"kind": kind, **said})) if name or said else None

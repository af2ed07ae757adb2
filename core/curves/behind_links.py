"""Files of a run that lie elsewhere, and are linked into it."""

from collections.abc import Mapping

from core.ports.tree import EntryType, Scan, TreeEntry, TreeScanner

_MOST_LINKS = 200


def files_behind_links(scan: Scan, scanner: TreeScanner) -> Mapping[str, TreeEntry]:
    """By the path of the link, with their own absolute paths.

    None of very many links: to look at them takes long, and tables are not so many.
    """
    if len(scan.targets) > _MOST_LINKS:
        return {}
    led = ((path, scanner.led_to(f"{scan.path.rstrip('/')}/{path}")) for path in scan.targets)
    return {path: to for path, to in led if to and to.type is EntryType.FILE}

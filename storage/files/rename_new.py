"""Giving a file or directory its final name without ever replacing what has that name."""

import errno
import os
import stat

_NO_LINKS = {
    errno.EPERM,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOSYS,
    errno.EMLINK,
    errno.EXDEV,
}


def rename_new(source: str, target: str) -> None:
    """Renames within one file system; raises FileExistsError when `target` exists.

    Where the file system has no hard links, and for directories, a look comes before the rename;
    what then appears in between is replaced only if it is a file, or an empty directory.
    """
    if stat.S_ISREG(os.lstat(source).st_mode):
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
        else:
            os.unlink(source)
            return
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
    os.rename(source, target)

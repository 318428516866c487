"""On which kind of file system a file lies, as Linux tells it.

A write-ahead log needs memory that all its readers share, so that it holds on one
machine alone: "Write-Ahead Logging", https://www.sqlite.org/wal.html, point 2.
"""

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
"""Format: https://docs.kernel.org/filesystems/proc.html, section 3.5."""

NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "coda", "9p"),
        *("ceph", "glusterfs", "lustre", "gpfs", "beegfs", "ocfs2", "gfs2", "orangefs"),
        *("fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.rclone"),
    }
)
"""File systems on which programs of several machines may open the same file."""

_OCTAL = re.compile(r"\\([0-7]{3})")


def network_of(path: Path, mounts: Path = MOUNTS) -> str | None:
    """Return the kind of network file system that a file lies on.

    Parameters
    ----------
    path
        A file; it need not exist.
    mounts
        What is mounted where.

    Returns
    -------
    str or None
        None where the file system is local, or where the machine does not tell.
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        # Only Linux has it; elsewhere SQLite itself must find out.
        return None
    place, best, kind = path.resolve(), -1, ""
    for line in lines.splitlines():
        before, found, after = line.partition(" - ")
        fields = before.split(" ")
        if not found or len(fields) < 5:
            continue
        point = Path(_OCTAL.sub(lambda octal: chr(int(octal[1], 8)), fields[4]))
        # The later of two mounts on one point is the one that is seen.
        if place.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), after.split(" ", 1)[0]
    return kind if kind in NETWORK else None

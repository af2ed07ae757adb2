"""The compressors of archives, made repeatable."""

# The stubs of python-isal and python-zlib-ng leave their data arguments without a type.
# pyright: reportUnknownMemberType=false

import isal
from isal import isal_zlib
from zlib_ng import __version__ as zlib_ng_version
from zlib_ng import zlib_ng

from core.ports.packaging import Compression
from storage.packing.deflate import Buffer, Codec, stored_block

_AHEAD = [stored_block(bytes([first])) for first in range(256)]


class IsalCodec(Codec):
    """Intel's ISA-L at level 1, the fast one: every stream primed with its own first byte.

    Unprimed, levels 1 and 2 hash one early position of a stream with an uninitialised register, so
    that one in some ten thousand streams depends on the address of the heap. A preset dictionary
    skips that path. The first byte, sent ahead in a stored block, serves as dictionary: it is
    what every decoder has seen by then, so that the remedy holds for any data.
    """

    name = f"isal-{isal.__version__}+{isal.ISAL_VERSION}/level1"

    def crc32(self, data: Buffer, start: int = 0, /) -> int:
        return isal_zlib.crc32(data, start)

    def deflate(self, data: memoryview, *, last: bool) -> bytes:
        ahead = _AHEAD[data[0]]
        stream = isal_zlib.compressobj(
            1,
            isal_zlib.DEFLATED,
            -isal_zlib.MAX_WBITS,
            isal_zlib.DEF_MEM_LEVEL,
            isal_zlib.Z_DEFAULT_STRATEGY,
            ahead[-1:],
        )
        body = stream.compress(data[1:])
        flush = isal_zlib.Z_FINISH if last else isal_zlib.Z_SYNC_FLUSH
        return b"".join((ahead, body, stream.flush(flush)))


class ZlibNgCodec(Codec):
    """zlib-ng at level 5, the compact one.

    A fresh stream for each piece: one that is reset is not always repeatable.
    """

    name = f"zlib-ng-{zlib_ng_version}+{zlib_ng.ZLIBNG_RUNTIME_VERSION}/level5"

    def crc32(self, data: Buffer, start: int = 0, /) -> int:
        return zlib_ng.crc32(data, start)

    def deflate(self, data: memoryview, *, last: bool) -> bytes:
        stream = zlib_ng.compressobj(5, zlib_ng.DEFLATED, -zlib_ng.MAX_WBITS)
        return stream.compress(data) + stream.flush(
            zlib_ng.Z_FINISH if last else zlib_ng.Z_SYNC_FLUSH
        )


_CODECS = {Compression.FAST: IsalCodec(), Compression.COMPACT: ZlibNgCodec()}


def codec_of(compression: Compression) -> Codec:
    """The one that makes archives of this kind."""
    return _CODECS[compression]

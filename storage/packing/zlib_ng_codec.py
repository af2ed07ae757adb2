"""Deflate by zlib-ng: smaller than ISA-L's, several times slower."""

# The stubs of python-zlib-ng leave their data arguments without a type.
# pyright: reportUnknownMemberType=false

from zlib_ng import __version__, zlib_ng

from storage.packing.deflate import Buffer, Codec


class ZlibNgCodec(Codec):
    """Level 5, a fresh stream for each piece: one that is reset is not always repeatable."""

    name = f"zlib-ng-{__version__}+{zlib_ng.ZLIBNG_RUNTIME_VERSION}/level5"

    def crc32(self, data: Buffer, start: int = 0, /) -> int:
        return zlib_ng.crc32(data, start)

    def deflate(self, data: memoryview, *, last: bool) -> bytes:
        stream = zlib_ng.compressobj(5, zlib_ng.DEFLATED, -zlib_ng.MAX_WBITS)
        return stream.compress(data) + stream.flush(
            zlib_ng.Z_FINISH if last else zlib_ng.Z_SYNC_FLUSH
        )

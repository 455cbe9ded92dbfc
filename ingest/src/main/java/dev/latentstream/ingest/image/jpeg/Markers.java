package dev.latentstream.ingest.image.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds the bytes 0xff, with which markers begin, eight bytes at a time: nearly all of a file are codes without any. */
public final class Markers {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long LOWEST_BITS = 0x0101010101010101L;
    private static final long HIGHEST_BITS = 0x8080808080808080L;

    private Markers() {}

    /** Returns the place of the first byte 0xff that is not before {@code from}; the length of the file if there is none. */
    public static int indexOf(byte[] file, int from) {
        int at = from;
        while (at <= file.length - Long.BYTES && !mayBeIn(eightBytes(file, at))) {
            at += Long.BYTES;
        }
        while (at < file.length && file[at] != (byte) 0xff) {
            at++;
        }
        return at;
    }

    /** Returns eight bytes, the first as the highest. */
    static long eightBytes(byte[] file, int at) {
        return (long) LONGS.get(file, at);
    }

    /** Returns whether one of eight bytes is 0xff. */
    static boolean mayBeIn(long eight) {
        return ((~eight - LOWEST_BITS) & eight & HIGHEST_BITS) != 0;
    }
}

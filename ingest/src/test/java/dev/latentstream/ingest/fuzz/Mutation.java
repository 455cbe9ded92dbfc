package dev.latentstream.ingest.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages a file as transport, a program or an attacker would: in some bytes, by a part that is missing, doubled or another file's, or by its end. */
final class Mutation {
    private static final List<Integer> EXTREMES = List.of(0, 1, 0x7f, 0x80, 0xff);
    private static final int MOST_CHANGES = 8;

    /** Headers, where a change costs most, are at the start. */
    private static final int HEADER = 512;

    private Mutation() {}

    /** Returns a damaged copy. */
    static byte[] of(byte[] file, byte[] other, Random random) {
        byte[] damaged = file.clone();
        int changes = 1 + random.nextInt(MOST_CHANGES);
        for (int i = 0; i < changes && damaged.length > 0; i++) {
            damaged = change(damaged, other, random);
        }
        return damaged;
    }

    private static byte[] change(byte[] file, byte[] other, Random random) {
        int at = random.nextInt(random.nextBoolean() ? Math.min(HEADER, file.length) : file.length);
        int length = 1 + random.nextInt(Math.min(file.length - at, random.nextInt(10) == 0 ? 1 << 16 : 64));
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> file[at] ^= (byte) (1 << random.nextInt(8));
            case 3 -> file[at] = (byte) random.nextInt();
            case 4, 5 -> {
                byte extreme = EXTREMES.get(random.nextInt(EXTREMES.size())).byteValue();
                Arrays.fill(file, at, at + Math.min(length, 1 << random.nextInt(4)), extreme);
            }
            case 6 -> {
                return random.nextInt(4) == 0 ? Arrays.copyOf(file, at) : file;
            }
            case 7 -> {
                return join(file, at, file, at + length);
            }
            case 8 -> {
                return join(file, at + length, file, at);
            }
            default -> {
                return random.nextInt(4) == 0 ? join(file, at, other, Math.min(at, other.length)) : file;
            }
        }
        return file;
    }

    /** Returns the first bytes of one file and what follows an offset in another. */
    private static byte[] join(byte[] head, int headLength, byte[] tail, int from) {
        byte[] joined = Arrays.copyOf(head, headLength + tail.length - from);
        System.arraycopy(tail, from, joined, headLength, tail.length - from);
        return joined;
    }
}

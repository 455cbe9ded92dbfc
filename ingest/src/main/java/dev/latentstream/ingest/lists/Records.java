package dev.latentstream.ingest.lists;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts a text file into records: lines, or with quotes, lines whose quoted fields may have line ends. With quotes a lone carriage return is a line
 * end too. Memory is bounded: of a longer record only its length is kept.
 */
final class Records implements Closeable {
    private static final int NO_QUOTES = -1;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    /** Where in a field the last byte is. */
    private enum State {
        FIELD_START,
        PLAIN,
        QUOTED,
        CLOSED
    }

    private final InputStream in;
    private final int maxBytes;
    private final int separator;
    private final byte[] chunk = new byte[1 << 16];
    private int position;
    private int limit;
    private byte[] record = new byte[1024];
    private int length;
    private byte[] pushedBack = new byte[0];
    private int pushedPosition;
    private boolean started;

    /** A record, or what is known of one that cannot be read. */
    sealed interface Piece {
        /** The bytes without the line end. */
        @SuppressWarnings("ArrayRecordComponent") // read once
        record Whole(byte[] bytes) implements Piece {}

        /** A record of more bytes than allowed; the one after it is next. */
        record TooLong(long bytes) implements Piece {}

        /** A quoted field without an end within the allowed bytes, or the file; the line after its first is next. */
        record Unclosed() implements Piece {}
    }

    private Records(InputStream in, int maxBytes, int separator) {
        this.in = in;
        this.maxBytes = maxBytes;
        this.separator = separator;
    }

    /** Each line is a record. */
    static Records lines(InputStream in, int maxBytes) {
        return new Records(in, maxBytes, NO_QUOTES);
    }

    /** Fields between separators may be in double quotes, with line ends in them. */
    static Records quoted(InputStream in, int maxBytes, char separator) {
        return new Records(in, maxBytes, separator);
    }

    /** Returns the next record that is not blank; empty at the end. */
    Optional<Piece> next() throws IOException {
        while (true) {
            Optional<Piece> piece = read();
            if (piece.isEmpty() || !(piece.get() instanceof Piece.Whole whole) || !isBlank(whole.bytes())) {
                return piece;
            }
        }
    }

    private Optional<Piece> read() throws IOException {
        if (!started) {
            started = true;
            skipByteOrderMark();
        }
        length = 0;
        State state = State.FIELD_START;
        int c = nextByte();
        if (c < 0) {
            return Optional.empty();
        }
        for (; c >= 0 && (state == State.QUOTED || !endsLine(c)); c = nextByte()) {
            if (length == maxBytes) {
                return Optional.of(state == State.QUOTED ? unclosed((byte) c) : tooLong());
            }
            add((byte) c);
            state = after(state, c);
        }
        if (state == State.QUOTED) {
            return Optional.of(unclosed());
        }
        boolean carriageReturn = length > 0 && record[length - 1] == '\r';
        return Optional.of(new Piece.Whole(Arrays.copyOf(record, carriageReturn ? length - 1 : length)));
    }

    /** Before it a quote would not be the first character of a field. */
    private void skipByteOrderMark() throws IOException {
        byte[] start = new byte[BYTE_ORDER_MARK.length];
        int read = 0;
        for (int c = nextByte(); c >= 0; c = read < start.length ? nextByte() : -1) {
            start[read++] = (byte) c;
        }
        if (!Arrays.equals(start, BYTE_ORDER_MARK)) {
            pushedBack = Arrays.copyOf(start, read);
        }
    }

    private boolean endsLine(int c) {
        return c == '\n' || (c == '\r' && separator != NO_QUOTES);
    }

    private State after(State state, int c) {
        if (separator == NO_QUOTES) {
            return State.PLAIN;
        }
        if (state == State.QUOTED) {
            return c == '"' ? State.CLOSED : State.QUOTED;
        }
        boolean opens =
                c == '"' && state != State.PLAIN; // in a closed field it is the second of two: a quote in the field
        return opens ? State.QUOTED : c == separator ? State.FIELD_START : State.PLAIN;
    }

    private Piece tooLong() throws IOException {
        long bytes = length + 1L;
        for (int c = nextByte(); c >= 0 && !endsLine(c); c = nextByte()) {
            bytes++;
        }
        return new Piece.TooLong(bytes);
    }

    /** Continues at the line after the first, which is read again. */
    private Piece unclosed(byte... next) {
        int start = 0;
        while (start < length && !endsLine(record[start])) {
            start++;
        }
        start = Math.min(length, start + 1);
        byte[] again = new byte[length - start + next.length + pushedBack.length - pushedPosition];
        System.arraycopy(record, start, again, 0, length - start);
        System.arraycopy(next, 0, again, length - start, next.length);
        System.arraycopy(
                pushedBack, pushedPosition, again, length - start + next.length, pushedBack.length - pushedPosition);
        pushedBack = again;
        pushedPosition = 0;
        return new Piece.Unclosed();
    }

    private void add(byte b) {
        if (length == record.length) {
            record = Arrays.copyOf(record, Math.min(maxBytes, 2 * length));
        }
        record[length++] = b;
    }

    private int nextByte() throws IOException {
        if (pushedPosition < pushedBack.length) {
            return pushedBack[pushedPosition++] & 0xff;
        }
        if (position == limit) {
            limit = in.read(chunk);
            position = 0;
            if (limit <= 0) {
                limit = 0;
                return -1;
            }
        }
        return chunk[position++] & 0xff;
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte b : bytes) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

package dev.latentstream.ingest.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Reads the body of a response up to a bound. */
final class BodyReader {
    private final InputStream in;
    private final long declared;
    private final @Nullable String encoding;

    /** @param response one that is not decoded yet */
    BodyReader(Response response) {
        this.in = response.body().byteStream();
        this.declared = response.body().contentLength();
        String header = response.header("Content-Encoding", "identity").strip().toLowerCase(Locale.ROOT);
        this.encoding = header.isEmpty() || header.equals("identity") ? null : header;
    }

    /** Returns an encoding that cannot be decoded. */
    Optional<String> unknownEncoding() {
        return Optional.ofNullable(encoding).filter(name -> !name.matches("(x-)?gzip|deflate"));
    }

    /** Returns the number of bytes, as far as the response says it. */
    long declared() {
        return declared;
    }

    /** Returns the memory that {@link #read} takes at most. */
    long memory(int bound) {
        return encoding == null && declared >= 0
                ? Math.min(declared, bound + 1L)
                : 2L * bound; // collected in pieces, then joined
    }

    /** Reads to the end, and returns at most {@code bound + 1} bytes. */
    byte[] read(int bound) throws IOException {
        if (encoding == null && declared >= 0) {
            byte[] bytes = new byte[(int) Math.min(declared, bound + 1L)];
            int read = in.readNBytes(bytes, 0, bytes.length);
            if (read < bytes.length) {
                throw new IOException("%d of %d bytes".formatted(read, declared));
            }
            return bytes;
        }
        return decoded().readNBytes(bound + 1);
    }

    private InputStream decoded() throws IOException {
        if (encoding == null) {
            return in;
        }
        return encoding.equals("deflate") ? new InflaterInputStream(in) : new GZIPInputStream(in, 8192);
    }
}

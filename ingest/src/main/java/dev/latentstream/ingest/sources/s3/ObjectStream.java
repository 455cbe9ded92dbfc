package dev.latentstream.ingest.sources.s3;

import dev.latentstream.ingest.remote.BackOff;
import dev.latentstream.ingest.remote.BlockInputStream;
import dev.latentstream.ingest.sources.BrokenInputException;
import dev.latentstream.ingest.sources.BrokenInputException.Extent;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Reads one version of an object, and the rest of it by a new request where a connection breaks off. Not thread-safe. */
final class ObjectStream extends BlockInputStream {
    private static final int MAX_BREAKS = 5;
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private final S3Store store;
    private final StoredObject object;
    private final BackOff backOff = new BackOff(MAX_BREAKS, FIRST_WAIT, LONGEST_WAIT);
    private @Nullable ResponseInputStream<GetObjectResponse> body;
    private long position;

    ObjectStream(S3Store store, StoredObject object) {
        this.store = store;
        this.object = object;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (position < object.size() && length > 0) {
            requireRunning();
            if (body == null) {
                body = store.get(object, position);
            }
            try {
                int most = (int) Math.min(length, object.size() - position);
                int read = body.read(bytes, offset, most);
                if (read < 0) {
                    throw new EOFException("the body ends early");
                }
                position += read;
                if (position == object.size()) {
                    end(body);
                }
                return read;
            } catch (BrokenInputException whole) {
                throw whole;
            } catch (IOException | SdkException broken) { // the SDK's own where a checksum is wrong
                body.abort();
                body = null;
                await(broken);
            }
        }
        return length == 0 ? 0 : -1;
    }

    /** Lets the SDK compare checksums, and the connection be used again. */
    private void end(ResponseInputStream<GetObjectResponse> whole) throws IOException {
        try {
            if (whole.read() < 0) {
                whole.close();
                body = null;
            }
        } catch (IOException | SdkException wrong) {
            throw new BrokenInputException(Extent.ITEM, object.uri() + ": " + wrong.getMessage(), wrong);
        }
    }

    private void await(Exception broken) throws IOException {
        Optional<Duration> wait = backOff.afterBreakAt(position);
        if (wait.isEmpty()) {
            throw new BrokenInputException(
                    Extent.ITEM,
                    "%s: %d of %d bytes arrive, then: %s"
                            .formatted(object.uri(), position, object.size(), broken.getMessage()),
                    broken);
        }
        try {
            Thread.sleep(wait.get().toMillis());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** The SDK would notice an interrupt at some calls only. */
    private void requireRunning() throws BrokenInputException {
        if (Thread.currentThread().isInterrupted()) {
            throw new BrokenInputException(Extent.SOURCE, object.uri() + ": stopped", null);
        }
    }

    /** Ends the request: what was not read of the body is not fetched. */
    @Override
    public void close() {
        if (body != null) {
            body.abort();
            body = null;
        }
    }
}

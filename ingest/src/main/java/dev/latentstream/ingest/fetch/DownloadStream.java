package dev.latentstream.ingest.fetch;

import dev.latentstream.ingest.remote.BackOff;
import dev.latentstream.ingest.remote.BlockInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Reads a file, and the rest of it by a new request where a connection breaks off. Not thread-safe. */
final class DownloadStream extends BlockInputStream {
    private final Downloads downloads;
    private final String url;
    private final BackOff backOff;
    private @Nullable FileVersion version;
    private @Nullable Response response;
    private long position;

    DownloadStream(Downloads downloads, String url) {
        this.downloads = downloads;
        this.url = url;
        RetrySettings retries = downloads.retries();
        this.backOff = new BackOff(retries.attempts() - 1, retries.backOff(), retries.longestWait());
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (!isEnded()) {
            Response from = response == null ? open() : response;
            try {
                int read = from.body().byteStream().read(bytes, offset, length);
                if (read < 0 && size().isPresent()) {
                    throw new IOException("the body ends early");
                }
                position += Math.max(0, read);
                return read;
            } catch (IOException broken) {
                close();
                if (Thread.currentThread().isInterrupted()) {
                    throw broken;
                }
                await(broken);
            }
        }
        return -1;
    }

    private boolean isEnded() {
        OptionalLong size = size();
        return size.isPresent() && position >= size.getAsLong();
    }

    private OptionalLong size() {
        return version == null ? OptionalLong.empty() : version.size();
    }

    private Response open() throws IOException {
        Optional<String> validator = version == null ? Optional.empty() : version.validator();
        Response opened = downloads.open(url, "bytes=%d-".formatted(position), validator);
        try {
            if (version == null) {
                version = FileVersion.of(opened);
            }
            if (opened.code() == 416 && position == 0) {
                throw DownloadException.ofFile("%s: the file is empty".formatted(url));
            }
            boolean same =
                    validator.isEmpty() || FileVersion.of(opened).validator().equals(validator);
            if (opened.code() == 416 || !same) {
                throw DownloadException.ofFile("%s: the file was changed while it was read".formatted(url));
            }
            if (opened.code() != 206) {
                opened.body().byteStream().skipNBytes(position); // the host knows no ranges
            } else if (!opened.header("Content-Range", "").startsWith("bytes %d-".formatted(position))) {
                throw DownloadException.ofFile("%s: the host sends Content-Range %s for bytes from %d"
                        .formatted(url, opened.header("Content-Range"), position));
            }
        } catch (IOException unusable) {
            opened.close();
            throw unusable;
        }
        response = opened;
        return opened;
    }

    private void await(IOException broken) throws IOException {
        Optional<Duration> wait = backOff.afterBreakAt(position);
        boolean resumable = version != null && version.validator().isPresent();
        if (wait.isEmpty() || !resumable) {
            throw new DownloadException(
                    DownloadException.Fault.FILE,
                    "%s: %d bytes arrive%s, then: %s"
                            .formatted(
                                    url,
                                    position,
                                    resumable ? "" : ", of a file without ETag and Last-Modified",
                                    broken.getMessage()),
                    broken);
        }
        Downloads.sleep(wait.get());
    }

    /** Ends the request: what was not read is not fetched. */
    @Override
    public void close() {
        if (response != null) {
            response.close();
            response = null;
        }
    }
}

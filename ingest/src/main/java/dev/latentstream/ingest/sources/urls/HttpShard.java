package dev.latentstream.ingest.sources.urls;

import dev.latentstream.ingest.fetch.Download;
import dev.latentstream.ingest.fetch.DownloadException;
import dev.latentstream.ingest.fetch.DownloadException.Fault;
import dev.latentstream.ingest.fetch.Downloads;
import dev.latentstream.ingest.sources.BrokenInputException;
import dev.latentstream.ingest.sources.BrokenInputException.Extent;
import dev.latentstream.ingest.sources.ShardInput;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;

/** A shard at a URL. */
public record HttpShard(Downloads downloads, String uri) implements ShardInput {
    private record Found(Download download, String stamp) implements Version {
        @Override
        public InputStream open() {
            return new FilterInputStream(download.open()) {
                @Override
                public int read() throws IOException {
                    return attempt(in::read);
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    return attempt(() -> in.read(bytes, offset, length));
                }
            };
        }
    }

    /** Something that reads. */
    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException;
    }

    @Override
    public boolean isRepeatable() {
        return true;
    }

    /** Returns one that is never equal if its host does not name versions. */
    @Override
    public Version version() throws IOException {
        Download found = attempt(() -> downloads.find(uri));
        return new Found(found, found.stamp().orElseGet(() -> UUID.randomUUID().toString()));
    }

    /** A host that does not answer has the other shards too, as a rule. */
    private static <T> T attempt(Reading<T> reading) throws BrokenInputException {
        try {
            return reading.read();
        } catch (IOException failed) {
            boolean ofFile = failed instanceof DownloadException download && download.fault() == Fault.FILE;
            throw new BrokenInputException(
                    ofFile ? Extent.ITEM : Extent.SOURCE, String.valueOf(failed.getMessage()), failed);
        }
    }
}

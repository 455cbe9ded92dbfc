package dev.latentstream.ingest.fetch;

import java.io.InputStream;
import java.util.Optional;

/** A file at a URL, as it was found. */
public final class Download {
    private final Downloads downloads;
    private final String url;
    private final FileVersion version;

    Download(Downloads downloads, String url, FileVersion version) {
        this.downloads = downloads;
        this.url = url;
        this.version = version;
    }

    /** Returns what changes whenever the file does; empty if its host says nothing that would. */
    public Optional<String> stamp() {
        return version.stamp();
    }

    /** Returns its bytes as they are when they are read, of one version from the first to the last. */
    public InputStream open() {
        return new DownloadStream(downloads, url);
    }
}

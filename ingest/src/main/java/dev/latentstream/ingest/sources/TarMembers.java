package dev.latentstream.ingest.sources;

import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** The members of a tar file, and whether they end as they should. */
final class TarMembers extends TarArchiveInputStream {
    private boolean ended;

    TarMembers(InputStream in) {
        super(in);
    }

    /** Whether the end-of-archive block was read: a tar file that was cut between two members lacks it. */
    boolean ended() {
        return ended;
    }

    @Override
    protected boolean isEOFRecord(byte @Nullable [] record) {
        boolean end = super.isEOFRecord(record);
        ended |= end && record != null;
        return end;
    }
}

package dev.latentstream.ingest;

import dev.latentstream.schemas.RejectionReason;
import java.util.List;

/**
 * Settings of the topic of refused originals.
 *
 * @param keep whether originals are kept
 * @param reasons the reasons for which they are; none for every reason
 */
record QuarantineSettings(boolean keep, List<RejectionReason> reasons) {
    /** The defaults. */
    QuarantineSettings() {
        this(true, List.of());
    }

    QuarantineSettings {
        reasons = List.copyOf(reasons);
    }

    boolean keeps(RejectionReason reason) {
        return keep && (reasons.isEmpty() || reasons.contains(reason));
    }
}

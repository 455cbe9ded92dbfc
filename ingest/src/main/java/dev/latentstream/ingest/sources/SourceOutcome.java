package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.state.SourceLoss;
import java.util.Optional;

/**
 * The end of a run of a source. Everything that its progress counts as sent is committed, but for a loss, which may cost the last batch.
 *
 * @param isEnded whether the source was delivered to its end; otherwise the run was interrupted or lost
 * @param loss the reason that this runner may no longer write the source
 */
public record SourceOutcome(SourceProgress progress, boolean isEnded, Optional<SourceLoss> loss) {}

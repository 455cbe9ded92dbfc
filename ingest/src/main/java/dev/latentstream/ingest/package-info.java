/** Sources, and the stage that decodes, measures, filters and deduplicates images. */
@NullMarked
package dev.latentstream.ingest;

import org.jspecify.annotations.NullMarked;

/**
 * The stage that decodes, measures, filters and deduplicates images.
 *
 * <p>Start reading at {@link IngestTopology}: {@code images-raw} to {@code images} or {@code images-rejected}. {@link ImageProcessor}
 * checks an image by itself, {@link Admission} against policies and earlier decisions. Every id ends in exactly one of the two
 * topics.
 */
@NullMarked
package dev.latentstream.ingest;

import org.jspecify.annotations.NullMarked;

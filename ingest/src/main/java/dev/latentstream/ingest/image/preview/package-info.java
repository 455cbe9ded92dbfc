/** Makes small JPEGs of images that are refused, for people who look at them. Start reading at {@link Thumbnail}. */
@NullMarked
package dev.latentstream.ingest.image.preview;

import org.jspecify.annotations.NullMarked;

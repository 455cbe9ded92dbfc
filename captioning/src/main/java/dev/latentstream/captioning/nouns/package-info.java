/**
 * The nouns of a caption, by which its density is measured.
 *
 * <p>Start reading at {@link dev.latentstream.captioning.nouns.Nouns}, which is thread-safe and pure.
 */
@NullMarked
package dev.latentstream.captioning.nouns;

import org.jspecify.annotations.NullMarked;

/**
 * The rules for the texts that images were found with.
 *
 * <p>Start reading at {@link dev.latentstream.ingest.texts.AltTextRules}. Everything here is thread-safe, and decides by the text alone.
 */
@NullMarked
package dev.latentstream.ingest.texts;

import org.jspecify.annotations.NullMarked;

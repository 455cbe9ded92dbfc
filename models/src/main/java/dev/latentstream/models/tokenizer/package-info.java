/**
 * Text to token ids: WordPiece and byte-pair encoding, equal to the originals' tokenizers id by id.
 *
 * <p>Start reading at {@link WordPiece} or {@link BytePairs}. Thread-safe.
 */
@NullMarked
package dev.latentstream.models.tokenizer;

import org.jspecify.annotations.NullMarked;

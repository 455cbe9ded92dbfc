/**
 * Text to token ids: WordPiece and byte-pair encoding, whose ids equal those of the original tokenizers.
 *
 * <p>Start reading at {@link WordPiece} or {@link BytePairs}. Thread-safe.
 */
@NullMarked
package dev.latentstream.models.tokenizer;

import org.jspecify.annotations.NullMarked;

/**
 * Text encoders, which turn captions into the token states that a backbone attends to.
 *
 * <p>Start reading at {@link TextEncoder}, then {@link TextEncoderFolder}, which chooses by a folder. CLIP's two towers and its score are here too. Values agree with those of {@code transformers} to 1e-4 or better.
 */
@NullMarked
package dev.latentstream.models.text;

import org.jspecify.annotations.NullMarked;

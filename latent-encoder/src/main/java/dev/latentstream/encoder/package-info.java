/** The stage that encodes images, and the join of captions with encodings. Start reading at {@link EncodingProcessor} and {@link LatentJoin}. */
@NullMarked
package dev.latentstream.encoder;

import org.jspecify.annotations.NullMarked;

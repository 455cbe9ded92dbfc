/** The stage that encodes images, and the join of captions with encodings. */
@NullMarked
package dev.latentstream.encoder;

import org.jspecify.annotations.NullMarked;

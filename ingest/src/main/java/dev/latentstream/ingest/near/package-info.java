/**
 * The index of near duplicates: hashes of images, partitioned by bands of their bits.
 *
 * <p>Start reading at {@link NearIndex}; {@code docs/design/033-near-duplicates.md} explains the protocol. {@link NearHashes} and {@link NearHash} are pure.
 */
@NullMarked
package dev.latentstream.ingest.near;

import org.jspecify.annotations.NullMarked;

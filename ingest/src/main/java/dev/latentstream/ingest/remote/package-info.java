/**
 * Streams from other machines: HTTP downloads and objects of a bucket, each continued where its connection breaks off.
 *
 * <p>Start reading at {@link BackOff}, which decides whether a stream is continued, and when.
 */
@NullMarked
package dev.latentstream.ingest.remote;

import org.jspecify.annotations.NullMarked;

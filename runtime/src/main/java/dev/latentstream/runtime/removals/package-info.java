/**
 * The topic {@code removals}: the images that must no longer be used.
 *
 * <p>Start reading at {@link RemovedImages}, which stages ask, and {@link RemovalWriter}, which writes the requests. A record says that its
 * key is removed, a tombstone that it no longer is. {@link RemovedImages} is thread-safe.
 */
@NullMarked
package dev.latentstream.runtime.removals;

import org.jspecify.annotations.NullMarked;

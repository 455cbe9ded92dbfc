/** Kafka Connect: a worker of its own, whose records a source reads. */
@NullMarked
package dev.latentstream.interop.connect;

import org.jspecify.annotations.NullMarked;

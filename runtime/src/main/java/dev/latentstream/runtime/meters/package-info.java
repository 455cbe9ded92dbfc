/**
 * All meters of the program.
 *
 * <p>Start reading at {@link Meter}, which defines name, unit and labels of each; {@link Meters} counts and renders them for Prometheus.
 * Thread-safe.
 */
@NullMarked
package dev.latentstream.runtime.meters;

import org.jspecify.annotations.NullMarked;

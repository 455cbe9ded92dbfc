/**
 * All meters of the program.
 *
 * <p>Start reading at {@link Meter}, which defines the name, unit and labels of each; {@link Meters} keeps their values and renders them
 * for Prometheus. Thread-safe.
 */
@NullMarked
package dev.latentstream.runtime.meters;

import org.jspecify.annotations.NullMarked;

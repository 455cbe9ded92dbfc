/**
 * {@code latentstream bench}: each stage through Kafka against its bare function in the same process.
 *
 * <p>Start reading at {@link Bench}. {@link MedianAndRange}, {@link BenchResult} and {@link DataStall} are pure; {@code docs/design/075-bench.md} explains
 * why the comparison is fair.
 */
@NullMarked
package dev.latentstream.app.bench;

import dev.latentstream.app.bench.measure.MedianAndRange;
import org.jspecify.annotations.NullMarked;

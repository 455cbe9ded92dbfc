/**
 * What {@code latentstream bench} measures: each stage through Kafka against its bare function in the same process.
 *
 * <p>Start reading at {@link dev.latentstream.app.bench.Bench}. {@link dev.latentstream.app.bench.Spread}, {@link dev.latentstream.app.bench.Comparison} and
 * {@link dev.latentstream.app.bench.Waiting} are pure; {@code docs/design/075-bench.md} says why the measure is fair.
 */
@NullMarked
package dev.latentstream.app.bench;

import org.jspecify.annotations.NullMarked;
